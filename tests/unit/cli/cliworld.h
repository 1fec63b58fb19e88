// A few records behind the scripted bus: one school, one bureau, one person, one agreement with its year.
// What a command carried is kept for the test to look at.
#pragma once
#include "proto/notify.pb-c.h"
#include "tests/unit/cli/fakebus.h"

#define ID(n)     "01a20233-0000-7000-8000-00000000000" n
#define SCHOOL    ID("1") // code 3415020001
#define BUREAU    ID("2") // code BUR-1
#define PERSON    ID("3") // staff number BT-R01
#define AGREEMENT ID("4")
#define PLAN      ID("5")
#define RUN       ID("6")
#define POSTING   ID("7")
#define DELIVERY  ID("8")
#define PAIR      ID("9")

void cliworld_reset(void);
void cliworld_done(void);

// The last command.
extern struct bus_call cliworld_call;
extern char cliworld_key[80], cliworld_type[80];
extern ProtobufCMessage *cliworld_command;
// How SignAgreement answers; (Bus__Code)-1 = silence.
#define CLIWORLD_SILENT ((Bus__Code)-1)
extern Bus__Code cliworld_sign;
extern Ntf__DeliveryStatus cliworld_delivery;
extern bool cliworld_damaged; // the journal
