# shellcheck shell=bash
# The story that deploy/quickstart tells: the framework agreement of Baotou (1502) and Bayannur (1508), school year
# 2016-2017, step by step on the command line. Source this file after instance.sh and narrate.sh.

: "${top:=}" "${run:=}" "${bin:=}" "${narrate_started:=0}"

dept=9115000001 # 内蒙古自治区教育厅
bt=9115020001   # 包头市教育局
by=9115080001   # 巴彦淖尔市教育局
programme=nmg-framework
school_year=2016-2017

# j PRINCIPAL ARGUMENTS...: the command line as that principal.
j() {
  local who=$1
  shift
  "$bin/jiedui" --config "$run/etc/client.yaml" --as "$who" "$@"
}

# rows PRINCIPAL LIST FIELDS -- ARGUMENTS...: a query's answer, one line for each element of LIST.
rows() {
  local who=$1 list=$2 fields=()
  shift 2
  while [[ $1 != -- ]]; do
    fields+=("$1")
    shift
  done
  shift
  j "$who" --json "$@" | "$top/deploy/lib/pick.py" "$list" "${fields[@]}"
}

# refused CODE PRINCIPAL ARGUMENTS...: this must be refused, with this code; prints what the user sees.
refused() {
  local code=$1 said status=0
  shift
  said=$(j "$@" 2>&1) || status=$?
  if ((status != 1)) || [[ $said != *"$code"* ]]; then
    printf '  ✘ 应被 %s 拒绝 / should be refused with %s, got (%d): %s\n' "$code" "$code" "$status" "$said" >&2
    return 1
  fi
  printf '%s\n' "$said" | sed 's/^/  ✋ /'
}

# settled: both followers have taken all that was said so far.
settled() {
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    "$top/deploy/lib/settled.py" < <(j operator --json status 2> /dev/null) && return 0
    sleep 0.05
  done
  printf 'dispatchd 或 notifyd 没有跟上 / has not caught up\n' >&2
  return 1
}

year_run() {
  year_start
  year_reference
  year_agreement
  year_plan
  year_kill
  year_notices
  year_principals
  year_end
}

year_start() {
  chapter 1/8 '密钥与三个守护进程' 'keys and three daemons'
  instance_make "$run"
  "$bin/jiedui" keygen --out "$run/etc/keys" registryd dispatchd notifyd operator nmg baotou bayannur \
    baotou-schools bayannur-schools persons > /dev/null
  {
    echo 'principals:'
    instance_principal registryd SERVICE 0
    instance_principal dispatchd SERVICE 0
    instance_principal notifyd SERVICE 0
    instance_principal operator OPERATOR 0
    instance_principal nmg 'AUTHORITY, REGISTRAR' 15 "\"unit:$dept\""
    instance_principal baotou BUREAU 1502 "\"unit:$bt\", \"units-under:$bt\""
    instance_principal bayannur BUREAU 1508 "\"unit:$by\", \"units-under:$by\""
    instance_principal baotou-schools UNIT 1502 "\"units-under:$bt\""
    instance_principal bayannur-schools UNIT 1508 "\"units-under:$by\""
    instance_principal persons PERSON 15 "\"persons-of:$bt\", \"persons-of:$by\""
  } > "$run/etc/principals.yaml"
  local clock=('clock: {mode: simulated, start: "2016-08-17"}' 'tick_seconds: 1')
  printf 'whsec_%s\n' "$(head -c 32 /dev/urandom | base64)" > "$run/etc/webhook.secret"
  chmod 600 "$run/etc/webhook.secret"
  instance_config registryd "${clock[@]}"
  instance_config dispatchd "${clock[@]}"
  instance_config notifyd "${clock[@]}" \
    'webhook: {allow: "127.0.0.1", secrets: [{name: baotou, file: webhook.secret}]}'
  instance_client nmg
  instance_spawn sink "$top/deploy/demo/webhook_sink.py" --secret "$run/etc/webhook.secret" \
    --log "$run/out/webhooks.jsonl" --port-file "$run/out/port"
  instance_start registryd dispatchd notifyd
  narrate '就绪；一切都在这个目录下' 'ready; everything lives under' "$run"
}

year_reference() {
  chapter 2/8 '区划、单位、人员、项目模板' 'divisions, institutions, persons, the programme'
  j nmg -q division import "$top/deploy/regions/a_framework.csv"
  j nmg -q institution import "$top/deploy/demo/institutions.csv"
  j nmg -q person import "$top/deploy/demo/persons.csv"
  j nmg -q programme publish "$top/deploy/programmes/a_framework.yaml"
  settled
  local port
  port=$(cat "$run/out/port")
  j baotou -q contact set "$bt" --webhook "http://127.0.0.1:$port/jiedui" --secret baotou
  narrate '包头市教育局另接一个 webhook' 'the bureau of Baotou also takes webhooks' "http://127.0.0.1:$port/jiedui"
}

year_agreement() {
  chapter 3/8 '框架协议与结对' 'the framework agreement and its pairs'
  agreement=$(j baotou -q agreement draft --programme "$programme" --mode FRAMEWORK \
    --title '包头市教育局与巴彦淖尔市教育局友好合作框架协议' --doc-no '包教协〔2016〕1号' \
    --party "PARTY_A=$bt" --party "PARTY_B=$by" --from 2016-08-17 \
    --basis '内政办发〔2015〕98号;乡村教师支持计划（2015年—2020年）实施办法;2015;2020')
  j baotou -q agreement submit "$agreement"
  j baotou -q agreement approve "$agreement"
  j bayannur -q agreement approve "$agreement"
  j baotou -q agreement sign "$agreement" --role PARTY_A --on 2016-08-17
  j bayannur -q agreement sign "$agreement" --role PARTY_B --on 2016-08-17
  expect AGREEMENT_EFFECTIVE "$(rows nmg . status -- agreement show "$agreement")" '协议状态' 'agreement'
  j operator -q clock set 2016-08-19
  j baotou -q partnership import "$top/deploy/demo/partnerships.csv" --agreement "$agreement"
  expect 11 "$(rows nmg partnerships id -- partnership list --agreement "$agreement" | wc -l)" '结对' 'pairs'
  narrate '不合规则的一对会被拒绝' 'a pair that breaks a rule of its mode is refused'
  refused PN-08 baotou partnership propose --programme "$programme" --mode KG_ONE_TO_ONE --agreement "$agreement" \
    --member SUPPORTER=1115020001 --member RECIPIENT=1115080004
}

year_plan() {
  chapter 4/8 '需求计划：申报 20 名，自治区核定 16 名' 'the needs plan: 20 requested, 16 approved by the region'
  settled
  plan=$(j bayannur -q plan draft "$top/deploy/demo/plan.csv" --agreement "$agreement" --measure retired_teaching \
    --year "$school_year" --owner "$by")
  j bayannur -q plan submit "$plan"
  j bayannur -q plan verify "$plan"
  j nmg -q plan verify "$plan" "$top/deploy/demo/verified.csv"
  expect $'PLAN_APPROVED\t20\t16' "$(rows nmg . status requested approved -- plan show "$plan")" '计划' 'plan'

  local measure=(--agreement "$agreement" --measure retired_teaching --period "$school_year")
  j baotou -q candidate import "$top/deploy/demo/candidates.csv" "${measure[@]}" --by "$bt"
  narrate '先试配一次：没有音乐教师' 'a first match: nobody teaches music'
  local match
  match=$(j nmg -q match run "$plan" --from 2016-09-01)
  expect $'16\t15\tTrue' "$(rows nmg . needed filled optimal -- match show "$match")" '需要、配上、最优' 'needed, filled, optimal'
  j nmg match show "$match" | sed -n '/[Uu]nmet\|未配/,$p' | sed 's/^/  /'
  j nmg -q match discard "$match"
  j baotou -q candidate nominate "${measure[@]}" --person BTR006 --by "$bt"
  match=$(j nmg -q match run "$plan" --from 2016-09-01)
  expect $'16\t16\tTrue' "$(rows nmg . needed filled optimal -- match show "$match")" '补一名后' 'after one more'
  j nmg match show "$match" | head -n 12 | sed 's/^/  /'
  j nmg -q match adopt "$match" --from 2016-09-01 > /dev/null
}

# assignments MEASURE [STATUS]: ids of the agreement's assignments.
assignments() {
  rows nmg assignments id -- assignment list --agreement "$agreement" --measure "$1" ${2:+--status "$2"}
}

# accept HOME_CLERK ID: the person and the home unit say yes.
accept() {
  j persons -q assignment accept "$2" --as-person > /dev/null
  j "$1" -q assignment accept "$2" --as-home > /dev/null
}

# While assignments are being approved, dispatchd and notifyd are killed with -9 and started again.
year_kill() {
  chapter 5/8 '批准途中 kill -9 dispatchd 与 notifyd' 'kill -9 of dispatchd and notifyd while assignments are approved'
  local id acked=$run/out/acked approver before
  for id in $(assignments retired_teaching); do
    accept baotou-schools "$id"
  done
  : > "$acked"
  before=$(assignments retired_teaching | wc -l)
  approve_all "$acked" &
  approver=$!
  while (($(wc -l < "$acked") < 5)) && kill -0 "$approver" 2> /dev/null; do
    sleep 0.01
  done
  instance_kill dispatchd notifyd
  narrate '已杀；此前应答过的批准' 'killed; approvals answered before' "$(wc -l < "$acked")"
  instance_start dispatchd notifyd
  wait "$approver"
  settled
  expect "$before" "$(assignments retired_teaching | wc -l)" '派遣一件不少' 'assignments, none lost'
  expect "$(wc -l < "$acked")" "$(assignments retired_teaching ASSIGNMENT_APPROVED | wc -l)" \
    '应答过的批准都在' 'every answered approval is there'
  notices_once 17
}

# Approves each, repeating with the same key until an answer is heard.
approve_all() {
  local id tries
  for id in $(assignments retired_teaching); do
    for ((tries = 0; tries < 50; tries++)); do
      if j baotou -q --key "approve-$id" assignment approve "$id" > /dev/null 2>&1; then
        printf '%s\n' "$id" >> "$1"
        break
      fi
    done
  done
}

# notices_once N: N notices, no event raised one twice, and no webhook came twice.
notices_once() {
  expect "$1" "$(rows nmg notices source_event rule -- notice list | sort -u | wc -l)" '通知' 'notices'
  expect "$1" "$(rows nmg notices id -- notice list | wc -l)" '无重复' 'none raised twice'
}

year_notices() {
  chapter 6/8 '签收、webhook、逾期升级' 'receipts, webhooks, escalation'
  local id who unit n=0
  for id in $(assignments retired_teaching); do
    j baotou -q assignment order "$id" --no "包教派〔2016〕$((n += 1))号" --due 2016-09-01 > /dev/null
  done
  narrate '派遣令' 'orders' "$n"
  n=0
  while IFS=$'\t' read -r who unit; do
    n=$((n + $(sign_all "$who" "$unit")))
  done < <(addressees retired_teaching)
  narrate '学校与本人已在信箱签收' 'signed in their mailboxes by schools and persons' "$n"
  narrate '包头市教育局签收核定通知' 'the bureau of Baotou signs for the plan' "$(sign_all baotou "$bt")"
  narrate '巴彦淖尔市教育局不签，时钟拨过期限' 'the bureau of Bayannur does not; the clock passes the deadline'
  j operator -q clock set 2016-08-26 > /dev/null
  settled
  expect 1 "$(rows nmg items delivery.id -- mailbox list "$dept" --unsigned | wc -l)" \
    '升级到自治区教育厅' 'escalated to the department'
  j nmg unsigned --overdue | sed 's/^/  /'
  webhooks
}

# addressees MEASURE: who signs for whom, "principal TAB unit or person", once each.
addressees() {
  local person home host
  while IFS=$'\t' read -r person home host; do
    printf 'persons\t%s\nbaotou-schools\t%s\nbayannur-schools\t%s\n' "$person" "$home" "$host"
  done < <(rows nmg assignments person home host -- assignment list --agreement "$agreement" --measure "$1") | sort -u
}

# sign_all PRINCIPAL UNIT: signs what lies unsigned in a mailbox; prints how much it was.
sign_all() {
  local id n=0
  for id in $(rows "$1" items delivery.id -- mailbox list "$2" --unsigned); do
    j "$1" -q mailbox sign "$id" > /dev/null
    n=$((n + 1))
  done
  printf '%d' "$n"
}

# What the other system got: each delivery once, every signature right.
webhooks() {
  local wanted got tries
  wanted=$(rows nmg items delivery.id -- mailbox list "$bt" | wc -l)
  for ((tries = 0; tries < 100; tries++)); do
    got=$("$top/deploy/demo/webhook_sink.py" --count "$run/out/webhooks.jsonl")
    [[ $got == "$wanted $wanted 0 0" ]] && break
    sleep 0.1
  done
  expect "$wanted $wanted 0 0" "$got" 'webhook：收到、不同编号、重复、坏签名' 'webhooks: got, distinct ids, repeated, bad signatures'
}

year_principals() {
  chapter 7/8 '反方向：校长挂职一个月，每年 5–10 名' 'the other way: principals posted for a month, 5 to 10 a year'
  j operator -q clock set 2016-09-01 > /dev/null
  local id n home host hosts=(3415020001 3415020002 3115020001 3115020002 2115020001)
  for id in $(assignments retired_teaching); do
    j bayannur-schools -q assignment arrive "$id" --on 2016-09-01 > /dev/null
  done
  narrate '退休教师报到' 'retired teachers arrived' "$(assignments retired_teaching ASSIGNMENT_ARRIVED | wc -l)"
  for n in {1..11}; do
    home=$(printf 'BYP%03d' "$n")
    host=${hosts[$((n % ${#hosts[@]}))]}
    id=$(j bayannur -q assignment propose --agreement "$agreement" --measure principal_post --person "$home" \
      --host "$host" --from 2016-10-10 --to 2016-11-10)
    accept bayannur-schools "$id"
    if ((n <= 10)); then
      j bayannur -q assignment approve "$id" > /dev/null
      j bayannur -q assignment order "$id" --no "巴教派〔2016〕$n号" --due 2016-10-10 > /dev/null
    else
      narrate '第十一名' 'the eleventh'
      refused AS-06 bayannur assignment approve "$id"
      j bayannur -q assignment cancel "$id" --reason '名额已满' > /dev/null
    fi
  done
  j nmg quota show --agreement "$agreement" --measure principal_post --period 2016 | sed 's/^/  /'
}

year_end() {
  chapter 8/8 '到岗、期满、总结' 'arrival, completion, summary'
  local id
  j operator -q clock set 2016-10-10 > /dev/null
  for id in $(assignments principal_post ASSIGNMENT_DISPATCHED); do
    j baotou-schools -q assignment arrive "$id" --on 2016-10-10 > /dev/null
  done
  j operator -q clock set 2016-11-10 > /dev/null
  for id in $(assignments principal_post ASSIGNMENT_ARRIVED); do
    j baotou-schools -q assignment complete "$id" --on 2016-11-10 --evaluation '合格' > /dev/null
  done
  j operator -q clock set 2017-09-01 > /dev/null
  for id in $(assignments retired_teaching ASSIGNMENT_ARRIVED); do
    j bayannur-schools -q assignment complete "$id" --on 2017-09-01 --evaluation '优秀' > /dev/null
  done
  settled
  printf '\n'
  j nmg summary --agreement "$agreement" --year "$school_year"
  year_next
}

year_next() {
  cat << END

用时 / wall time: $((SECONDS - narrate_started)) s. 守护进程继续运行 / the daemons go on running. 目录 / directory: $run

接着试 / try next:
  export JIEDUI_CONFIG=$run/etc/client.yaml PATH=$bin:\$PATH
  jiedui agreement show $agreement
  jiedui assignment list --agreement $agreement --measure retired_teaching
  jiedui --as bayannur mailbox list $by --unsigned
  jiedui feed dispatch --max 5 --type MatchAdopted
  jiedui --as operator verify registry
停止 / stop: deploy/quickstart stop --dir $run
END
}
