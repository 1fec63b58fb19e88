#!/usr/bin/python3
"""Made-up institutions and persons over real divisions, as CSV files for the import.

    generate.py DIVISIONS OUT INSTITUTIONS PERSONS

DIVISIONS is a folder with provinces.csv, cities.csv, areas.csv and streets.csv (code, name, and the codes above), such
as the public lists. Every division down to the county gets its bureau; schools are dealt to the counties in turn, lie in
their townships and are managed by the county's bureau. Names are made up, some with characters of planes 2 and 3.
"""
import csv
import itertools
import pathlib
import sys

NAMES = "春夏秋冬东西南北金木水火明德至善博文启航育才新华和平"
SURNAMES = ["王", "李", "张", "欧阳", "䶮", "𠮷", "㛃", "𬱖", "䲜", "𰻝"]
CLASSES = (("21", "SCHOOL", "PRIMARY"), ("11", "KINDERGARTEN", "PRESCHOOL"), ("31", "SCHOOL", "JUNIOR"), ("34", "SCHOOL", "SENIOR"))
PLACES = ("CITY", "COUNTY_SEAT", "TOWNSHIP", "VILLAGE")


def read(folder, name):
    with open(folder / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def bureau(code):
    return f"BUR-{code.ljust(6, '0')}"


def id_number(area, n):
    """A number that passes its check, no two alike: area, a day of birth, a running number."""
    day, serial = divmod(n, 999)
    stem = f"{area}{1960 + day // 336 % 40}{day // 28 % 12 + 1:02}{day % 28 + 1:02}{serial + 1:03}"
    total = sum(int(digit) * weight for digit, weight in zip(stem, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)))
    return stem + "10X98765432"[total % 11]


def schools(areas, streets, count):
    """(code, county, row) of as many schools, county by county."""
    each = -(-count // len(areas))
    for area in areas:
        code = area["code"]
        homes = streets.get(code) or [code]
        for i in range(min(each, count)):
            prefix, kind, stage = CLASSES[i % 4]
            if i // 4 > 99:
                raise SystemExit("more schools than codes: 400 a county")
            school = f"{prefix}{code}{i // 4:02}"
            name = f"{area['name']}{NAMES[i % 26]}{NAMES[i // 26 % 26]}学校{i}"
            yield school, code, [school, name, kind, homes[i % len(homes)], PLACES[i % 4], stage, "否" if i % 9 else "是",
                                 bureau(code), "quality" if i % 7 == 0 else ""]
        count -= min(each, count)


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    n_institutions, n_persons = int(sys.argv[3]), int(sys.argv[4])
    areas = [row for row in read(folder, "areas.csv") if not row["code"].endswith("00")]  # cities without counties
    streets = {}
    for street in read(folder, "streets.csv"):
        if street["code"].startswith(street["areaCode"]):  # not those of cities without counties
            streets.setdefault(street["areaCode"], []).append(street["code"])
    above = [(row["code"], row["name"], None) for row in read(folder, "provinces.csv")]
    above += [(row["code"], row["name"], row["provinceCode"]) for row in read(folder, "cities.csv")]
    above += [(row["code"], row["name"], row["cityCode"]) for row in areas]
    known = {code for code, _, _ in above}
    above = [(code, name, up if up is None or up in known else code[:2]) for code, name, up in above]
    n_schools = max(len(areas), n_institutions - len(above))
    staff = []
    with open(out / "institutions.csv", "w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow("code name kind division place stages legal_person managing_bureau tags".split())
        for code, name, up in above:
            write.writerow([bureau(code), f"{name}教育局", "BUREAU", code, "", "", "是", bureau(up) if up else "", ""])
        for code, area, row in schools(areas, streets, n_schools):
            write.writerow(row)
            staff.append((code, area))
    with open(out / "persons.csv", "w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow("staff_no name id_number sex birth category home stages subjects title phone".split())
        each = -(-n_persons // len(staff))
        of_area, n = {}, itertools.count()
        for code, area in staff:
            for _ in range(each):
                i = next(n)
                if i >= n_persons:
                    return
                serial = of_area[area] = of_area.get(area, -1) + 1
                number = id_number(area, serial)
                name = SURNAMES[i % len(SURNAMES)] + NAMES[i % 26] + NAMES[i // 26 % 26]
                write.writerow([f"T{i:09}", name, number, "女" if i % 2 else "男", f"{number[6:10]}-{number[10:12]}",
                                "TEACHER", code, "PRIMARY", "13", "", f"138{i % 100000000:08}"])


if __name__ == "__main__":
    main()
