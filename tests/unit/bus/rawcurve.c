#include "tests/unit/bus/rawcurve.h"
#include "tests/unit/bus/buslib.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool rawcurve_write(struct rawcurve *raw, const void *data, size_t length)
{
  const uint8_t *p = data;
  while (length > 0) {
    ssize_t n = send(raw->fd, p, length, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    p += n;
    length -= (size_t)n;
  }
  return true;
}

static bool read_all(struct rawcurve *raw, void *data, size_t length)
{
  uint8_t *p = data;
  while (length > 0) {
    if (!test_wait_readable(raw->fd, DEADLINE_MS)) return false;
    ssize_t n = recv(raw->fd, p, length, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    p += n;
    length -= (size_t)n;
  }
  return true;
}

// "prefix-" and 8 bytes of a counter, big-endian.
static void make_nonce(uint8_t out[24], const char *prefix, uint64_t counter, uint8_t wire[8])
{
  for (int i = 0; i < 8; i++)
    wire[i] = (uint8_t)(counter >> (56 - 8 * i));
  memcpy(out, prefix, 16);
  memcpy(out + 16, wire, 8);
}

static bool write_command(struct rawcurve *raw, const uint8_t *body, size_t length)
{
  uint8_t head[9] = {length < 256 ? 0x04 : 0x06};
  if (length < 256) {
    head[1] = (uint8_t)length;
    return rawcurve_write(raw, head, 2) && rawcurve_write(raw, body, length);
  }
  for (int i = 0; i < 8; i++)
    head[1 + i] = (uint8_t)((uint64_t)length >> (56 - 8 * i));
  return rawcurve_write(raw, head, 9) && rawcurve_write(raw, body, length);
}

// Body of the next frame, at most size bytes; its length or -1.
static long read_frame(struct rawcurve *raw, uint8_t *out, size_t size, uint8_t *ret_flags)
{
  uint8_t flags, length_bytes[8];
  uint64_t length = 0;
  if (!read_all(raw, &flags, 1) || !read_all(raw, length_bytes, flags & 2 ? 8 : 1)) return -1;
  for (int i = 0; i < (flags & 2 ? 8 : 1); i++)
    length = length << 8 | length_bytes[i];
  if (length > size || !read_all(raw, out, (size_t)length)) return -1;
  *ret_flags = flags;
  return (long)length;
}

static bool greet(struct rawcurve *raw)
{
  uint8_t greeting[64] = {0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0, 'C', 'U', 'R', 'V', 'E'}, answer[64];
  return rawcurve_write(raw, greeting, sizeof(greeting)) && read_all(raw, answer, sizeof(answer)) &&
         memcmp(answer + 12, "CURVE", 6) == 0;
}

static bool hello(struct rawcurve *raw)
{
  uint8_t body[200] = "\x05HELLO\x01", nonce[24], zeros[64] = {0};
  crypto_box_keypair(raw->short_public, raw->short_secret);
  memcpy(body + 80, raw->short_public, 32);
  make_nonce(nonce, "CurveZMQHELLO---", raw->nonce++, body + 112);
  return crypto_box_easy(body + 120, zeros, sizeof(zeros), nonce, raw->server, raw->short_secret) == 0 &&
         write_command(raw, body, sizeof(body));
}

static bool welcome(struct rawcurve *raw, uint8_t cookie[96])
{
  uint8_t body[256], nonce[24] = "WELCOME-", plain[128], flags;
  if (read_frame(raw, body, sizeof(body), &flags) != 168 || memcmp(body, "\x07WELCOME", 8) != 0) return false;
  memcpy(nonce + 8, body + 8, 16);
  if (crypto_box_open_easy(plain, body + 24, 144, nonce, raw->server, raw->short_secret) != 0) return false;
  memcpy(raw->server_short, plain, 32);
  memcpy(cookie, plain + 32, 96);
  return crypto_box_beforenm(raw->shared, raw->server_short, raw->short_secret) == 0;
}

static bool initiate(struct rawcurve *raw, const uint8_t cookie[96])
{
  static const uint8_t metadata[] = "\x0bSocket-Type\0\0\0\x06"
                                    "DEALER";
  enum { META = sizeof(metadata) - 1, PLAIN = 128 + META };
  uint8_t body[9 + 96 + 8 + PLAIN + 16] = "\x08INITIATE", plain[PLAIN], nonce[24], vouch[64],
                                    vouch_nonce[24] = "VOUCH---";
  memcpy(vouch, raw->short_public, 32);
  memcpy(vouch + 32, raw->server, 32);
  randombytes_buf(vouch_nonce + 8, 16);
  memcpy(plain, raw->own_public, 32);
  memcpy(plain + 32, vouch_nonce + 8, 16);
  if (crypto_box_easy(plain + 48, vouch, sizeof(vouch), vouch_nonce, raw->server_short, raw->own_secret) != 0)
    return false;
  memcpy(plain + 128, metadata, META);
  memcpy(body + 9, cookie, 96);
  make_nonce(nonce, "CurveZMQINITIATE", raw->nonce++, body + 105);
  return crypto_box_easy_afternm(body + 113, plain, sizeof(plain), nonce, raw->shared) == 0 &&
         write_command(raw, body, sizeof(body));
}

static bool ready(struct rawcurve *raw)
{
  uint8_t body[512], flags;
  long length = read_frame(raw, body, sizeof(body), &flags);
  return length > 14 && memcmp(body, "\x05READY", 6) == 0;
}

bool rawcurve_open(struct rawcurve *raw, int port, enum rawcurve_stage stage)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  uint8_t cookie[96];
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  raw->nonce = 1;
  raw->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (raw->fd < 0 || connect(raw->fd, (struct sockaddr *)&address, sizeof(address)) < 0) return false;
  if (stage >= RAW_GREETED && !greet(raw)) return false;
  if (stage >= RAW_HELLO && !hello(raw)) return false;
  if (stage < RAW_READY) return true;
  return welcome(raw, cookie) && initiate(raw, cookie) && ready(raw);
}

void rawcurve_close(struct rawcurve *raw)
{
  if (raw->fd >= 0) close(raw->fd);
  raw->fd = -1;
}

bool rawcurve_send(struct rawcurve *raw, const void *data, size_t length, bool more)
{
  uint8_t plain[512], frame[600], nonce[24];
  assert_true(length < sizeof(plain));
  plain[0] = more ? 1 : 0;
  memcpy(plain + 1, data, length);
  size_t body = 16 + 16 + 1 + length, head = body < 256 ? 2 : 9;
  memset(frame, 0, head);
  frame[0] = body < 256 ? 0 : 2;
  frame[head - 1] = (uint8_t)body;
  if (head == 9) frame[7] = (uint8_t)(body >> 8);
  memcpy(frame + head, "\x07MESSAGE", 8);
  make_nonce(nonce, "CurveZMQMESSAGEC", raw->nonce++, frame + head + 8);
  return crypto_box_easy_afternm(frame + head + 16, plain, length + 1, nonce, raw->shared) == 0 &&
         rawcurve_write(raw, frame, head + body);
}

long rawcurve_receive(struct rawcurve *raw, uint8_t *out, size_t size, bool *ret_more)
{
  uint8_t body[1024], plain[1024], nonce[24], flags;
  long length = read_frame(raw, body, sizeof(body), &flags);
  if (length < 33 || memcmp(body, "\x07MESSAGE", 8) != 0) return -1;
  memcpy(nonce, "CurveZMQMESSAGES", 16);
  memcpy(nonce + 16, body + 8, 8);
  if (crypto_box_open_easy_afternm(plain, body + 16, (size_t)length - 16, nonce, raw->shared) != 0) return -1;
  *ret_more = plain[0] & 1;
  if ((size_t)length - 33 > size) return -1;
  memcpy(out, plain + 1, (size_t)length - 33);
  return length - 33;
}
