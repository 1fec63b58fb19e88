#include "services/cli/orphan.h"
#include "proto/dispatch.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/request.h"
#include "services/cli/words.h"
#include <stdio.h>

#define CAUSE(word) DSP__ORPHAN_CAUSE__ORPHAN_##word
#define STATE(word) DSP__ASSIGNMENT_STATUS__ASSIGNMENT_##word

static const char *cause_text(Dsp__OrphanCause cause)
{
  static const struct {
    Dsp__OrphanCause cause;
    const char *text;
  } causes[] = {
      {CAUSE(HOST_GONE), N_("the host was merged or closed")},
      {CAUSE(HOST_CONVERTED), N_("the host became a campus or teaching point")},
      {CAUSE(HOME_GONE), N_("the home unit was merged or closed")},
      {CAUSE(HOME_CONVERTED), N_("the home unit became a campus or teaching point")},
      {CAUSE(PARTNERSHIP_DISSOLVED), N_("the partnership was dissolved")},
      {CAUSE(PARTNERSHIP_BROKEN), N_("the partnership does not hold any more")},
      {CAUSE(AGREEMENT_ENDED), N_("the agreement ended")},
  };
  for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
    if (causes[i].cause == cause) return _(causes[i].text);
  return _("what it rested on has gone");
}

static void print_why(struct cli *cli, const Dsp__Orphan *orphan)
{
  printf("    %s", cause_text(orphan->cause));
  if (*orphan->since) printf(_(", %s"), orphan->since);
  if (*orphan->reason) printf(_(": %s"), orphan->reason);
  putchar('\n');
  if (*orphan->successor) printf(_("    successor: %s\n"), names_unit(cli, orphan->successor));
  if (orphan->obstacle)
    printf(_("    cannot go there (%s): %s\n"), orphan->obstacle->code,
           lang_pick(orphan->obstacle->zh, orphan->obstacle->en));
}

// Commands that end a posting, by its state: before the order, on the way, there.
static void print_end(const Dsp__Assignment *posting)
{
  if (posting->status == STATE(DISPATCHED))
    printf(_("    end it: jiedui assignment recall %s --on DATE --reason TEXT\n"), posting->id);
  else if (posting->status == STATE(ARRIVED) || posting->status == STATE(SUSPENDED))
    printf(_("    end it: jiedui assignment end-early %s --on DATE --reason HOST_CLOSED\n"), posting->id);
  else
    printf(_("    end it: jiedui assignment cancel %s --reason TEXT\n"), posting->id);
}

static void print_next(struct cli *cli, const Dsp__Assignment *posting)
{
  const Dsp__Orphan *orphan = posting->orphan;
  bool to_successor = *orphan->successor && !orphan->obstacle && orphan->cause <= CAUSE(HOST_CONVERTED);
  printf(_("    move it: jiedui assignment move %s --to %s --reason TEXT\n"), posting->id,
         to_successor ? names_unit_code(cli, orphan->successor) : "UNIT");
  print_end(posting);
  if (orphan->cause != CAUSE(HOST_GONE))
    printf(_("    let it go on: jiedui assignment keep %s --reason TEXT\n"), posting->id);
  if (*posting->plan)
    printf(_("    match again, once it has ended: jiedui match run %s --from DATE\n"), posting->plan);
}

static void print_posting(struct cli *cli, const Dsp__Assignment *posting)
{
  printf("%s: %s -> %s, %s, %s\n", names_person(cli, posting->person), names_unit(cli, posting->home),
         names_unit(cli, posting->host), words_of(&dsp__assignment_status__descriptor, (int)posting->status),
         posting->id);
  if (!posting->orphan) return;
  print_why(cli, posting->orphan);
  print_next(cli, posting);
}

int orphan_list_run(struct cli *cli)
{
  ProtobufCMessage *message;
  struct request_list list;
  if (!args_get(cli->args, "--orphaned") || cli->json || cli->quiet) return request_run(cli);
  int failed = request_build(cli, NULL, &message);
  if (!failed) failed = request_pages(cli, cli->verb->method, message, &list);
  if (failed) return failed;
  for (size_t i = 0; i < list.n; i++)
    print_posting(cli, (const Dsp__Assignment *)list.items[i]);
  if (list.n == 0) puts(_("no posting waits for a decision"));
  return CLI_OK;
}
