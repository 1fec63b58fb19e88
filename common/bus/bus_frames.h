// Reading a message's frames as a server: pure, so that it can be fuzzed. Internal to bus.
#pragma once
#include "common/bus/server.h"

// [address 1..4] [kind] [A] [B] into *message (which starts empty and has no principal yet); n may be larger
// than BUS_FRAMES_MAX, only so many are there. What cannot be split so keeps the first frame as address, to
// be answered.
enum bus_fault bus_frames_split(zmq_msg_t *frames, int n, struct bus_message *message);
