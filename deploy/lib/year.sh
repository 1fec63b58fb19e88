# shellcheck shell=bash
# The story that deploy/quickstart tells: the framework agreement of Baotou (1502) and Bayannur (1508), school year
# 2016-2017, step by step on the command line. Source this file after instance.sh and narrate.sh.

: "${top:=}" "${run:=}" "${bin:=}" "${narrate_started:=0}"

dept=BUR-150000 # 内蒙古自治区教育厅
bt=BUR-150200   # 包头市教育局
by=BUR-150800   # 巴彦淖尔市教育局
region=$top/deploy/regions/nmg
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
  j nmg division import "$top/deploy/regions/nmg/divisions.csv"
  j nmg institution import "$region/institutions.csv"
  j nmg person import "$region/persons.csv"
  j nmg programme publish "$top/deploy/programmes/a_framework.yaml"
  settled
  local port
  until port=$(cat "$run/out/port" 2> /dev/null) && [[ $port ]]; do
    instance_pid sink > /dev/null || { tail -n 3 "$run/log/sink.log" >&2; return 1; }
    sleep 0.05
  done
  j nmg -q contact set "$bt" --webhook "http://127.0.0.1:$port/jiedui" --secret baotou
  narrate '包头市教育局另接一个 webhook' 'the bureau of Baotou also takes webhooks' "http://127.0.0.1:$port/jiedui"
}

year_agreement() {
  chapter 3/8 '框架协议与结对' 'the framework agreement and its pairs'
  agreement=$(j baotou -q agreement draft --programme "$programme" --mode FRAMEWORK \
    --title '包头市教育局与巴彦淖尔市教育局友好合作框架协议' --doc-no '包教协〔2016〕1号' \
    --party "PARTY_A=$bt" --party "PARTY_B=$by" --from 2016-08-17 \
    --basis '内政办发〔2015〕98号;乡村教师支持计划（2015年—2020年）实施办法;2015;2020')
  j baotou -q agreement submit "$agreement" > /dev/null
  j baotou -q agreement approve "$agreement" > /dev/null
  j bayannur -q agreement approve "$agreement" > /dev/null
  j baotou -q agreement sign "$agreement" --role PARTY_A --on 2016-08-17 > /dev/null
  j bayannur -q agreement sign "$agreement" --role PARTY_B --on 2016-08-17 > /dev/null
  expect AGREEMENT_EFFECTIVE "$(rows nmg . status -- agreement show "$agreement")" '协议状态' 'agreement'
  j operator -q clock set 2016-08-18 > /dev/null
  j baotou -q partnership import "$region/pairs.csv" --agreement "$agreement" > /dev/null
  expect 14 "$(rows nmg partnerships id -- partnership list --agreement "$agreement" | wc -l)" '结对' 'pairs'
  narrate '不合规则的一对会被拒绝' 'a pair that breaks a rule of its mode is refused'
  refused PN-08 baotou partnership propose --programme "$programme" --mode KG_ONE_TO_ONE --agreement "$agreement" \
    --member SUPPORTER=1115020044 --member RECIPIENT=1115080044
}

year_plan() {
  chapter 4/8 '需求计划：申报 20 名，自治区核定 16 名' 'the needs plan: 20 requested, 16 approved by the region'
  settled
  plan=$(j bayannur -q plan draft "$region/plan-2016.csv" --agreement "$agreement" --measure retired_teaching \
    --year "$school_year" --owner "$by")
  j bayannur -q plan submit "$plan" > /dev/null
  j bayannur -q plan verify "$plan" > /dev/null
  j nmg -q plan verify "$plan" "$region/plan-2016-verified.csv" > /dev/null
  expect $'PLAN_APPROVED\t20\t16' "$(rows nmg . status requested approved -- plan show "$plan")" '计划' 'plan'

  local measure=(--agreement "$agreement" --measure retired_teaching --period "$school_year")
  sed '/^BT-R09,/d' "$region/candidates-2016.csv" > "$run/out/candidates.csv"
  j baotou -q candidate import "$run/out/candidates.csv" "${measure[@]}" --by "$bt" > /dev/null
  narrate '先试配一次：没有音乐教师' 'a first match: nobody teaches music'
  local match
  match=$(j bayannur -q match run "$plan" --from 2016-09-01)
  expect $'16\t15\tTrue' "$(rows nmg . needed filled optimal -- match show "$match")" '需要、配上、最优' 'needed, filled, optimal'
  j nmg match show "$match" | sed -n '/^\(未满足的需求\|needs that stay open\)/,/^[^ ]*\(限额\|figures\|下一步\|next:\)/p' | sed 's/^/  /'
  j bayannur -q match discard "$match" > /dev/null
  j baotou -q candidate nominate "${measure[@]}" --person BT-R09 --by "$bt" > /dev/null
  match=$(j bayannur -q match run "$plan" --from 2016-09-01)
  expect $'16\t16\tTrue' "$(rows nmg . needed filled optimal -- match show "$match")" '补一名后' 'after one more'
  j nmg match show "$match" | sed -n 1,16p | sed 's/^/  /'
  j bayannur -q match adopt "$match" --from 2016-09-01 > /dev/null
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

# kill_during FILE DAEMON...: while a background job writes a line to FILE for each answer it gets, those daemons are
# killed with -9 after the fifth and started again.
kill_during() {
  local acked=$1 job=$!
  shift
  while (($(wc -l < "$acked") < 5)) && kill -0 "$job" 2> /dev/null; do
    sleep 0.01
  done
  instance_kill "$@"
  narrate "kill -9 $*；此前已应答" 'killed; answered before' "$(wc -l < "$acked")"
  instance_start "$@"
  wait "$job"
  settled
}

# insist FILE PRINCIPAL ARGUMENTS...: repeats with the same key until an answer is heard, then notes it in FILE.
insist() {
  local acked=$1 who=$2 tries said=''
  shift 2
  for ((tries = 0; tries < 100; tries++)); do
    if said=$(j "$who" -q --key "year-$2-$3" "$@" 2>&1); then
      printf '%s\n' "$*" >> "$acked"
      return 0
    fi
  done
  printf '  ✘ %s\n' "$said" >&2
  return 1
}

year_kill() {
  chapter 5/8 '接受与批准；途中 kill -9 dispatchd 与 notifyd' 'acceptance and approval; dispatchd and notifyd are killed on the way'
  local id acked=$run/out/approved ids
  ids=$(assignments retired_teaching)
  for id in $ids; do
    accept baotou-schools "$id"
  done
  : > "$acked"
  for id in $ids; do
    insist "$acked" baotou assignment approve "$id"
  done &
  kill_during "$acked" dispatchd notifyd
  expect 16 "$(assignments retired_teaching | wc -l)" '派遣一件不少' 'assignments, none lost'
  expect "$(wc -l < "$acked")" "$(assignments retired_teaching APPROVED | wc -l)" \
    '应答过的批准都在' 'every answered approval is there'
  notices_once 32 # agreement, 14 pairs, plan, 16 assignments
}

# notices_once N: N notices, no event raised one twice, and no webhook came twice.
notices_once() {
  expect "$1" "$(rows nmg notices source_event rule -- notice list | sort -u | wc -l)" '通知' 'notices'
  expect "$1" "$(rows nmg notices id -- notice list | wc -l)" '无重复' 'none raised twice'
}

year_notices() {
  chapter 6/8 '签收、webhook、逾期升级' 'receipts, webhooks, escalation'
  local id n=0 school=2115080001
  for id in $(assignments retired_teaching); do
    j baotou -q assignment order "$id" --no "包教派〔2016〕$((n += 1))号" --due 2016-09-01 > /dev/null
  done
  settled
  narrate '派遣令已发；一所学校的信箱' 'orders issued; the mailbox of one school'
  j bayannur-schools mailbox list "$school" --unsigned | sed 's/^/  /'
  id=$(rows bayannur-schools items delivery.id -- mailbox list "$school" --unsigned | sed -n 1p)
  j bayannur-schools mailbox read "$id" | sed 's/^/  /'
  narrate '各单位与本人在信箱签收' 'units and persons sign in their mailboxes' "$(sign_all PlanApproved)"
  id=$(rows baotou items delivery.id notice.event -- mailbox list "$bt" --unsigned | sed -n 's/\tPlanApproved$//p')
  j baotou -q mailbox sign "$id" > /dev/null
  narrate '包头签收核定通知，巴彦淖尔不签，时钟拨过期限' 'Baotou signs for the plan, Bayannur does not, the deadline passes'
  j operator -q clock set 2016-08-26 > /dev/null
  settled
  expect PlanApproved "$(rows nmg items notice.event -- mailbox list "$dept" --unsigned)" \
    '升级到自治区教育厅' 'escalated to the department'
  j nmg unsigned --overdue | sed 's/^/  /'
  webhooks
}

# sign_all [BUT_EVENT]: signs all that is unsigned, each by the addressee's own principal; prints how much it was.
sign_all() {
  local id kind division event who n=0
  while IFS=$'\t' read -r id kind division event; do
    [[ $event == "${1:-}" ]] && continue
    case $kind:$division in
      ADDRESSEE_PERSON:*) who=persons ;;
      *:15) who=nmg ;;
      *:1502) who=baotou ;;
      *:1508) who=bayannur ;;
      *:1502*) who=baotou-schools ;;
      *) who=bayannur-schools ;;
    esac
    j "$who" -q mailbox sign "$id" > /dev/null
    n=$((n + 1))
  done < <(rows nmg items delivery.id delivery.addressee_kind delivery.division notice.event -- unsigned)
  printf '%d' "$n"
}

# What the other system got: every delivery, every signature right. A post whose answer was lost with a killed daemon
# comes again under the same webhook-id, so the ids are what counts.
webhooks() {
  local wanted posts ids repeated bad tries
  wanted=$(rows nmg items delivery.id -- mailbox list "$bt" | wc -l)
  for ((tries = 0; tries < 100; tries++)); do
    read -r posts ids repeated bad < <("$top/deploy/demo/webhook_sink.py" --count "$run/out/webhooks.jsonl")
    ((ids == wanted)) && break
    sleep 0.1
  done
  expect "$wanted" "$ids" 'webhook 按编号' 'webhooks by webhook-id'
  expect 0 "$bad" '坏签名' 'bad signatures'
  narrate '总投递次数（其中同号重投）' 'posts in all (of these again under the same id)' "$posts ($repeated)"
}

year_principals() {
  chapter 7/8 '反方向：校长挂职一个月，每年 5–10 名' 'the other way: principals posted for a month, 5 to 10 a year'
  j operator -q clock set 2016-09-01 > /dev/null
  local id n=0 ids acked=$run/out/arrived
  ids=$(assignments retired_teaching)
  : > "$acked"
  for id in $ids; do
    insist "$acked" bayannur-schools assignment arrive "$id" --on 2016-09-01
  done &
  kill_during "$acked" notifyd
  expect 16 "$(assignments retired_teaching ARRIVED | wc -l)" '退休教师报到' 'retired teachers arrived'
  webhooks
  j bayannur -q assignment import "$region/principals-2016.csv" --agreement "$agreement" --measure principal_post > /dev/null
  for id in $(assignments principal_post PROPOSED); do
    n=$((n + 1))
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
  settled
  narrate '签收' 'signed' "$(sign_all PlanApproved)"
  j nmg quota show --agreement "$agreement" --measure principal_post --period 2016 | sed 's/^/  /'
}

year_end() {
  chapter 8/8 '到岗、期满、总结' 'arrival, completion, summary'
  local id
  j operator -q clock set 2016-10-10 > /dev/null
  for id in $(assignments principal_post DISPATCHED); do
    j baotou-schools -q assignment arrive "$id" --on 2016-10-10 > /dev/null
  done
  j operator -q clock set 2016-11-10 > /dev/null
  for id in $(assignments principal_post ARRIVED); do
    j baotou-schools -q assignment complete "$id" --on 2016-11-10 --evaluation '合格' > /dev/null
  done
  j operator -q clock set 2017-09-01 > /dev/null
  for id in $(assignments retired_teaching ARRIVED); do
    j bayannur-schools -q assignment complete "$id" --on 2017-09-01 --evaluation '优秀' > /dev/null
  done
  settled
  webhooks
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
