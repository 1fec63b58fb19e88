// What may be posted to, as a table of addresses against allow lists; and the body that is posted.
#include "services/notify/channel/cloudevent.h"
#include "services/notify/channel/endpoint.h"
#include "tests/lib/testlib.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void addresses(void **state)
{
  static const struct {
    const char *url, *allow;
    const char *lane; // NULL = refused
  } cases[] = {
      {"https://hook.example.cn/a?b=c", "hook.example.cn", "https://hook.example.cn:443"},
      {"http://hook.example.cn/a", "hook.example.cn", "http://hook.example.cn:80"},
      {"http://127.0.0.1:8080/a", "127.0.0.1", "http://127.0.0.1:8080"},
      {"http://127.0.0.1:8080/a", "127.0.0.1:8080", "http://127.0.0.1:8080"},
      {"http://127.0.0.1:8081/a", "127.0.0.1:8080", NULL},
      {"http://127.0.0.1/a", "127.0.0.1:80", "http://127.0.0.1:80"}, // the scheme's own port
      {"http://[::1]:8080/", "[::1]:8080", "http://[::1]:8080"},
      {"http://[::1]:8080/", "[::1]", "http://[::1]:8080"},
      {"https://HOOK.Example.CN/", "hook.example.cn", "https://hook.example.cn:443"},
      {"https://a.edu.cn/", "*.edu.cn", "https://a.edu.cn:443"},
      {"https://a.b.edu.cn/", "*.edu.cn", "https://a.b.edu.cn:443"},
      {"https://edu.cn/", "*.edu.cn", NULL},
      {"https://evil-edu.cn/", "*.edu.cn", NULL},
      {"https://a.edu.cn:8443/", "*.edu.cn:443", NULL},
      {"https://a.cn/", "b.cn  a.cn\tc.cn", "https://a.cn:443"},
      {"https://a.cn/", "b.cn", NULL},
      {"https://a.cn/", "", NULL},
      {"https://a.cn/", NULL, NULL},
      {"https://a.cn/", "* *. :443", NULL},
      {"https://a.cn.evil.org/", "a.cn", NULL},
      {"https://user@a.cn/", "a.cn", NULL},
      {"https://a.cn@evil.org/", "a.cn", NULL},
      {"https://a.cn/#x", "a.cn", NULL},
      {"ftp://a.cn/", "a.cn", NULL},
      {"file:///etc/passwd", "a.cn", NULL},
      {"a.cn/hook", "a.cn", NULL}, // no scheme
      {"https://", "a.cn", NULL},
      {"https://a.cn:99999/", "a.cn", NULL},
      {"https://a.cn/\nHost: b", "a.cn", NULL},
      {"", "a.cn", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char lane[ENDPOINT_LANE] = "";
    const char *why = NULL;
    bool may = endpoint_check(cases[i].url, cases[i].allow, lane, &why);
    if (may != (cases[i].lane != NULL))
      fail_msg("%s with %s: %s", cases[i].url, cases[i].allow, why ? why : lane);
    if (may)
      assert_string_equal(lane, cases[i].lane);
    else
      assert_true(why && why[0]);
  }
  (void)state;
}

static void names_that_are_too_long(void **state)
{
  char url[700] = "https://", lane[ENDPOINT_LANE] = "";
  const char *why = NULL;
  while (strlen(url) < 400)
    strcat(url, "label.");
  strcat(url, "cn/");
  assert_false(endpoint_check(url, "*.cn", lane, &why));
  assert_non_null(why);
  (void)state;
}

static const char *text_at(json_t *object, const char *path)
{
  char copy[64], *rest = copy;
  snprintf(copy, sizeof copy, "%s", path);
  for (const char *word; object && (word = strsep(&rest, ".")); object = json_object_get(object, word))
    continue;
  return object ? json_string_value(object) : NULL;
}

static void the_body_is_a_cloudevent(void **state)
{
  Bus__Param approved = BUS__PARAM__INIT, *params[] = {&approved};
  approved.name = "approved";
  approved.value = "16";
  Ntf__Notice notice = NTF__NOTICE__INIT;
  notice.id = "n1";
  notice.event = "PlanApproved";
  notice.subject = "p1";
  notice.programme = "nmg-framework";
  notice.programme_version = 2;
  notice.title_zh = "需求计划核定";
  notice.title_en = "Needs plan approved: \"16\"";
  notice.params = params;
  notice.n_params = 1;
  notice.raised_us = UINT64_C(1473033600123456); // 2016-09-05T00:00:00Z
  notice.due_us = UINT64_C(1473292800000000);
  notice.ack = PRG__ACK_KIND__ACK_SIGN;
  Ntf__Delivery delivery = NTF__DELIVERY__INIT;
  delivery.id = "d1";
  delivery.mailbox = "d0";
  delivery.addressee = "i1";
  delivery.addressee_kind = NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION;
  static const struct {
    const char *path, *value;
  } expected[] = {
      {"specversion", "1.0"},
      {"id", "d1"},
      {"source", "/jiedui/notify"},
      {"type", "notify.v1.Notice"},
      {"subject", "n1"},
      {"time", "2016-09-05T00:00:00Z"},
      {"datacontenttype", "application/json"},
      {"data.notice", "n1"},
      {"data.event", "PlanApproved"},
      {"data.record", "p1"},
      {"data.programme", "nmg-framework"},
      {"data.title.zh", "需求计划核定"},
      {"data.title.en", "Needs plan approved: \"16\""},
      {"data.params.approved", "16"},
      {"data.due", "2016-09-08T00:00:00Z"},
      {"data.ack", "SIGN"},
      {"data.addressee.kind", "INSTITUTION"},
      {"data.addressee.id", "i1"},
      {"data.addressee.code", "BT-EDU"},
      {"data.sign", "d0"},
      {"data.escalation_of", ""},
  };
  char *body = cloudevent_of(&notice, &delivery, "BT-EDU");
  assert_non_null(body);
  json_t *event = json_loads(body, 0, NULL);
  assert_non_null(event);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    const char *value = text_at(event, expected[i].path);
    if (!value || strcmp(value, expected[i].value) != 0)
      fail_msg("%s is %s, expected %s", expected[i].path, value ? value : "absent", expected[i].value);
  }
  assert_int_equal(json_integer_value(json_object_get(json_object_get(event, "data"), "programme_version")),
                   2);
  json_decref(event);
  free(body);
  (void)state;
}

static void no_due_date_is_empty_and_bad_text_is_refused(void **state)
{
  Ntf__Notice notice = NTF__NOTICE__INIT;
  Ntf__Delivery delivery = NTF__DELIVERY__INIT;
  char *body = cloudevent_of(&notice, &delivery, "");
  assert_non_null(strstr(body, "\"due\":\"\""));
  free(body);
  notice.title_zh = "\xff";
  assert_null(cloudevent_of(&notice, &delivery, ""));
  (void)state;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(addresses),
      cmocka_unit_test(names_that_are_too_long),
      cmocka_unit_test(the_body_is_a_cloudevent),
      cmocka_unit_test(no_due_date_is_empty_and_bad_text_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
