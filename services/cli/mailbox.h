// Verbs of notifyd that need more than one message: reading a notice, contacts of a unit or a person.
#pragma once
#include "services/cli/cli.h"

int mailbox_read_run(struct cli *cli);
int mailbox_contact_run(struct cli *cli);
int mailbox_contacts_run(struct cli *cli);
