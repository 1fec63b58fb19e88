// The dialect's tables (deploy/programmes/README.md) as libcyaml schemas, bound straight onto the generated
// structures of proto/programme.proto; where the file nests and the message does not, a structure here starts
// with the message and adds what is between.
#pragma once
#include "proto/programme.pb-c.h"
#include "services/cli/schema.h"

// A predicate as written: the key that is given says which it is.
struct template_same_division {
  Typ__DivisionLevel level;
  char **roles;
  size_t n_roles;
};
struct template_within_km {
  uint32_t km;
  char **roles;
  size_t n_roles;
};
struct template_predicate {
  Typ__InstitutionKind *kind_in;
  size_t n_kind_in;
  Typ__DivisionLevel *division_level;
  size_t n_division_level;
  char **under;
  size_t n_under;
  char **operated_by;
  size_t n_operated_by;
  char **division_tag;
  size_t n_division_tag;
  char **tag_has;
  size_t n_tag_has;
  Typ__Stage *stage_in;
  size_t n_stage_in;
  Typ__Place *urban_rural_in;
  size_t n_urban_rural_in;
  char *party_is;
  char **mode_in;
  size_t n_mode_in;
  struct template_same_division *same_division;
  int same_stage;
  char **exclusive;
  size_t n_exclusive;
  int single_legal_person;
  int affiliation_unchanged;
  struct template_within_km *within_km;
  Typ__PersonCategory *category_in;
  size_t n_category_in;
  Typ__Post *post_in;
  size_t n_post_in;
  char **subject_in;
  size_t n_subject_in;
  Typ__Title title_min;
  uint32_t age_max;
  uint32_t min_years_here;
  int one_application_per_year;
  int same_subject;
  int same_pair_as_last_year;
};

struct template_season {
  char *from, *to;
};
struct template_calendar {
  Prg__Calendar message;
  struct template_season *summer, *winter;
};
struct template_allowance {
  uint64_t per_year_fen;
};
struct template_measure {
  Prg__Measure message;
  struct template_allowance *allowance;
};
struct template_quota {
  Prg__Quota message;
  int of; // eligible, the only universe there is
};
struct template_counted {
  Prg__Counted message;
  Typ__Honour honour; // one in the file, a list in the message
};
struct template_range {
  uint64_t min, max;
};
struct template_target {
  Prg__Target message;
  struct template_range *range;
};
struct template_award {
  char *kind, *designation;
};
struct template_review {
  Prg__Review message;
  struct template_award *award;
};
struct template_override {
  Prg__Mode **modes;
  size_t n_modes;
  struct template_measure **measures;
  size_t n_measures;
};
struct template_programme {
  Prg__Programme message;
  struct template_override *override;
};

extern const struct schema template_schema; // loads a struct template_programme
