#include "services/notify/channel/endpoint.h"
#include "common/base/cleanup.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static CURLU *url_free(CURLU *url)
{
  curl_url_cleanup(url);
  return NULL;
}
DEFINE_CLEANUP(CURLU, url_free);

static char *text_free(char *text)
{
  curl_free(text);
  return NULL;
}
DEFINE_CLEANUP(char, text_free);

static char *part(CURLU *url, CURLUPart what, unsigned flags)
{
  char *text = NULL;
  return curl_url_get(url, what, &text, flags) == CURLUE_OK ? text : NULL;
}

static bool has(CURLU *url, CURLUPart what)
{
  _cleanup_(text_freep) char *text = part(url, what, 0);
  return text != NULL;
}

// One pattern of the list, [pattern, pattern + length).
static bool matches(const char *pattern, size_t length, const char *host, const char *port)
{
  const char *colon = memrchr(pattern, ':', length);
  const char *bracket = memrchr(pattern, ']', length);
  if (colon && (!bracket || colon > bracket)) { // the colons inside [::1] are no port
    size_t digits = length - (size_t)(colon + 1 - pattern);
    if (strlen(port) != digits || memcmp(port, colon + 1, digits) != 0) return false;
    length = (size_t)(colon - pattern);
  }
  size_t have = strlen(host);
  if (length > 2 && pattern[0] == '*' && pattern[1] == '.')
    return have > length - 1 && strncasecmp(host + have - (length - 1), pattern + 1, length - 1) == 0;
  return have == length && strncasecmp(host, pattern, length) == 0;
}

static bool allowed(const char *allow, const char *host, const char *port)
{
  while (allow && *allow) {
    size_t length = strcspn(allow, " \t\n");
    if (length && matches(allow, length, host, port)) return true;
    allow += length + strspn(allow + length, " \t\n");
  }
  return false;
}

bool endpoint_check(const char *text, const char *allow, char lane[ENDPOINT_LANE], const char **ret_why)
{
  _cleanup_(url_freep) CURLU *url = curl_url();
  if (!url || curl_url_set(url, CURLUPART_URL, text, CURLU_DISALLOW_USER) != CURLUE_OK) {
    *ret_why = "it is no URL, or names a user";
    return false;
  }
  _cleanup_(text_freep) char *scheme = part(url, CURLUPART_SCHEME, 0);
  _cleanup_(text_freep) char *host = part(url, CURLUPART_HOST, 0);
  _cleanup_(text_freep) char *port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port || (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
    *ret_why = "it is neither http nor https";
  else if (has(url, CURLUPART_FRAGMENT))
    *ret_why = "it has a fragment (#...)";
  else if (!allowed(allow, host, port))
    *ret_why = "its host is not listed in webhook.allow";
  else if (strlen(scheme) + strlen(host) + strlen(port) + 5 > ENDPOINT_LANE)
    *ret_why = "its host name is too long";
  else {
    for (char *c = host; *c; c++)
      if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    snprintf(lane, ENDPOINT_LANE, "%s://%s:%s", scheme, host, port);
    return true;
  }
  return false;
}
