#!/usr/bin/python3
"""A receiver of webhooks for the demonstration and the tests: a real HTTP server on 127.0.0.1 that checks the
Standard Webhooks signature of each post and writes one JSON line for it.

webhook_sink.py --secret FILE --log FILE --port-file FILE [--fail-first N]
webhook_sink.py --count FILE        posts, distinct webhook-ids, repeated ones and bad signatures in that log

--fail-first N answers 503 to the first N posts, so that the sender has to come again.
The port is chosen by the system and written to the port file once it is open (a pipe will do).
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def signature_holds(key, headers, body):
    signed = b".".join([headers.get("webhook-id", "").encode(), headers.get("webhook-timestamp", "").encode(), body])
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [s.partition(",")[2] for s in headers.get("webhook-signature", "").split() if s.startswith("v1,")]
    return any(hmac.compare_digest(wanted, g) for g in given)


class Sink(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, key, log, fail_first):
        super().__init__(("127.0.0.1", 0), Post)
        self.key, self.log, self.fails_left, self.lock = key, log, fail_first, threading.Lock()

    def handle_error(self, request, client_address):
        """A sender that was killed leaves a broken connection: nothing to tell."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def answer(self, headers, body):
        holds = signature_holds(self.key, headers, body)
        with self.lock:
            status = 204 if holds else 401
            if holds and self.fails_left > 0:
                self.fails_left -= 1
                status = 503
            line = {"id": headers.get("webhook-id", ""), "signature": holds, "status": status,
                    "body": body.decode("utf-8", "replace")}
            self.log.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.log.flush()
        return status


class Post(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length", "0"))
        status = self.server.answer(self.headers, self.rfile.read(min(length, 1 << 20)))
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def count(path):
    lines = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as log:
            lines = [json.loads(line) for line in log]
    taken = [line["id"] for line in lines if line["status"] == 204]
    print(len(lines), len(set(taken)), len(taken) - len(set(taken)), sum(not line["signature"] for line in lines))


def main():
    parser = argparse.ArgumentParser(description="a receiver of webhooks that checks signatures")
    parser.add_argument("--secret")
    parser.add_argument("--log")
    parser.add_argument("--port-file")
    parser.add_argument("--fail-first", type=int, default=0)
    parser.add_argument("--count")
    options = parser.parse_args()
    if options.count:
        count(options.count)
        return
    with open(options.secret, encoding="ascii") as file:
        key = base64.b64decode(file.read().strip().removeprefix("whsec_"))
    with open(options.log, "a", encoding="utf-8") as log:
        sink = Sink(key, log, options.fail_first)
        with open(options.port_file, "w", encoding="ascii") as file:
            file.write(str(sink.server_address[1]))
        sink.serve_forever()


if __name__ == "__main__":
    main()
