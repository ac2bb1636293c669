/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.c - what a consumer is told of connections; segments are rows (see flow_tape.h). */
#include "flow_tape.h"
#include "tap.h"

#define SYN "A S 0 0; B S. 0 1; A . 1 1;"

typedef struct dialogue {
    const char *name, *segments, *told;
} dialogue_t;

static const dialogue_t dialogues[] = {
    {"in order", SYN "A . 1 1 abc; B . 1 4 xyz; A . 4 4 def", "open A<abc> B<xyz> A<def> capture"},
    {"nothing was said", SYN "A F. 1 1; B F. 1 2; A . 2 2", ""},
    {"FIN both ways", SYN "A . 1 1 abc; A F. 4 1; B . 1 5 x; B F. 2 5; A . 5 3",
     "open A<abc> AF B<x> BF closed"},
    {"FIN with octets", SYN "A F. 1 1 abc; B F. 1 5 xyz", "open A<abc> AF B<xyz> BF closed"},
    {"FIN before the octets before it", SYN "A F. 4 1 def; A . 1 1 abc",
     "open A<abc> A<def> AF capture"},
    {"what comes after the end is no flow",
     SYN "A F. 1 1 abc; B F. 1 5 xyz; B . 1 5 xyz; A . 9 9 q", "open A<abc> AF B<xyz> BF closed"},
    {"out of order", SYN "A . 4 1 def; A . 7 1 ghi; A . 1 1 abc",
     "open A<abc> A<def> A<ghi> capture"},
    {"last first", SYN "A . 7 1 ghi; A . 4 1 def; A . 1 1 abc",
     "open A<abc> A<def> A<ghi> capture"},
    {"two holes", SYN "A . 3 1 c; A . 5 1 e; A . 2 1 b; A . 4 1 d; A . 1 1 a",
     "open A<a> A<b> A<c> A<d> A<e> capture"},
    {"one segment over two holes", SYN "A . 3 1 c; A . 5 1 e; A . 1 1 ABCDEF",
     "open A<AB> A<c> A<D> A<e> A<F> capture"},
    {"the same, out of order", SYN "A . 3 1 c; A . 5 1 e; A . 2 1 BCDEF; A . 1 1 a",
     "open A<a> A<B> A<c> A<D> A<e> A<F> capture"},
    {"repeated", SYN "A . 1 1 abc; A . 1 1 abc; A . 4 1 def; A . 1 1 abcdef",
     "open A<abc> A<def> capture"},
    {"overlapping: what came first stays", SYN "A . 1 1 abc; A . 2 1 XXd; A . 5 1 e",
     "open A<abc> A<d> A<e> capture"},
    {"overlapping what waits", SYN "A . 4 1 def; A . 1 1 abcXXXg",
     "open A<abc> A<def> A<g> capture"},
    {"an octet to keep it alive", SYN "A . 1 1 abc; A . 3 1 c; B . 1 4; A . 4 1 d",
     "open A<abc> A<d> capture"},
    {"octets with SYN", "A S 0 0 abc; B S. 0 4; A . 4 1 def", "open A<abc> A<def> capture"},
    {"octets with SYN, not taken", "A S 0 0 abc; B S. 0 1; A . 1 1 abc; A . 4 1 d",
     "open A<abc> A<d> capture"},
    {"SYN twice", "A S 0 0; A S 0 0; B S. 0 1; B S. 0 1; A . 1 1 a; A S 0 0; A . 2 1 b",
     "open A<a> A<b> capture"},
    {"SYN late", "A . 1 1 a; A S 0 0; A . 2 1 b", "open A<a> A<b> capture"},
    {"the server's SYN alone", "B S. 0 1; A . 1 1 a; B . 1 2 b", "open A<a> B<b> capture"},
    {"the client's SYN alone", "A S 0 0; A . 1 1 a; B . 1 2 b", "open A<a> B<b> capture"},
    {"a SYN nobody answers", "A S 0 0; A S 7 0; A . 8 1 a", "open A<a> capture"},
    {"refused", "A S 0 0; B R. 0 1; A S 9 0; B S. 0 10; A . 10 1 a", "open A<a> capture"},

    {"lost", SYN "A . 1 1 abc; A . 7 1 ghi; A . 10 1 jkl",
     "open A<abc> A[3] A<ghi> A<jkl> capture"},
    {"lost at the start", SYN "A . 4 1 def", "open A[3] A<def> capture"},
    {"lost at the end", SYN "A . 1 1 abc; A F. 7 1; B . 1 4 x", "open A<abc> B<x> A[3] AF capture"},
    {"lost, and acknowledged at once: it may still come",
     SYN "A . 1 1 abc; A . 7 1 ghi; B . 1 10; A . 4 1 def", "open A<abc> A<def> A<ghi> capture"},
    {"lost, and acknowledged by many",
     SYN "A . 4 1 def; B . 1 7; B . 1 7; B . 1 7; B . 1 7 x; A . 7 2 ghi",
     "open A[3] A<def> B<x> A<ghi> capture"},
    {"a hole that is not acknowledged",
     SYN "A . 4 1 def; B . 1 1; B . 1 1; B . 1 1; B . 1 1; B . 1 1; A . 1 1 abc",
     "open A<abc> A<def> capture"},
    {"both say FIN, and have all that the capture misses",
     SYN "A . 1 1 a; A . 3 1 c; B . 1 4 x; B F. 2 4; A F. 4 3; B . 3 5",
     "open A<a> B<x> BF A[1] A<c> AF closed"},
    {"far off", SYN "A . 1 1 a; A . 2000000000 1 x; A . 2 1 b", "open A<a> A<b> capture"},
    {"cut by the capture", SYN "A . 1 1 abc +3; A . 7 1 ghi", "open A<abc> A[3] A<ghi> capture"},
    {"cut, out of order", SYN "A . 4 1 de +2; A . 8 1 hi; A . 1 1 abc",
     "open A<abc> A<de> A[2] A<hi> capture"},

    {"skipped within a segment", SYN "A . 1 1 a2; A . 3 1 bcd; A . 6 1 e",
     "open A<a2> A<d> A<e> capture"},
    {"skipped over segments", SYN "A . 1 1 a5; A . 3 1 bc; A . 5 1 de; A . 7 1 fgh",
     "open A<a5> A<gh> capture"},
    {"a gap within is none", SYN "A . 1 1 a5; A . 7 1 fgh", "open A<a5> A<gh> capture"},
    {"a gap that begins within", SYN "A . 1 1 a5; A . 9 1 h", "open A<a5> A[1] A<h> capture"},
    {"out of order within", SYN "A . 1 1 a5; A . 7 1 fgh; A . 3 1 bcde",
     "open A<a5> A<gh> capture"},
    {"over what waits", SYN "A . 3 1 bcd; A . 7 1 fgh; A . 1 1 a5", "open A<a5> A<gh> capture"},
    {"cut where nobody looks", SYN "A . 1 1 a5 +5; A . 8 1 z", "open A<a5> A<z> capture"},
    {"all the rest", SYN "A . 1 1 a*; A . 3 1 bcd; A . 9 1 z; B . 1 9 x; A F. 10 1",
     "open A<a*> B<x> AF capture"},
    {"all the rest, both ways", SYN "A . 1 1 *; B . 1 2 *; A . 3 1 b; A F. 4 1; B . 3 1 x",
     "open A<*> B<*> closed"},

    {"from the middle", "A . 50 70 abc; B . 70 53 xyz; A . 53 73 def; B . 73 56 q",
     "open-mid A<abc> B<xyz> A<def> B<q> capture"},
    {"from the middle, a little before it", "A . 53 70 def; A . 50 70 abc; B . 70 56 x",
     "open-mid A<abc> A<def> B<x> capture"},
    {"one direction from the middle", "A . 50 1 a; A . 51 1 b; A . 52 1 c; A . 53 1 d",
     "open-mid A<a> A<b> A<c> A<d> capture"},
    {"one direction", "A S 0 0; A . 1 1 a; A . 2 9 b; A F. 3 9", "open A<a> A<b> AF capture"},
    {"no octets, no flow", "A . 50 70; B . 70 51; A R 51 0; A F. 51 0", ""},

    {"RST", SYN "A . 1 1 abc; B R. 1 4; A . 4 1 d", "open A<abc> closed"},
    {"RST, and what waited", SYN "A . 4 1 def; B R. 1 4", "open A[3] A<def> closed"},
    {"RST of somebody who guesses", SYN "A . 1 1 abc; B R. 900000 4; A . 4 1 d",
     "open A<abc> A<d> capture"},
    {"RST without knowing", "A S 0 0; B R 77 0; B S. 0 1; A . 1 1 a", "open A<a> capture"},

    {"the port used again",
     SYN "A F. 1 1 a; B F. 1 3 x; A S 5000 0; B S. 9000 5001; A . 5001 9001 b",
     "open A<a> AF B<x> BF closed open A<b> capture"},
    {"used again after FIN", SYN "A F. 1 1 a; A S 5000 0; A . 5001 1 b",
     "open A<a> AF replaced open A<b> capture"},
    {"used again after silence", SYN "A . 1 1 a; @90 A S 5000 0; A . 5001 1 b",
     "open A<a> replaced open A<b> capture"},
    {"a forged SYN", SYN "A . 1 1 a; A S 5000 0; A . 2 1 b", "open A<a> A<b> capture"},
    {"used again, as the other end says",
     SYN "A . 1 1 a; A S 5000 0; B S. 9000 5001; A . 5001 9001 b",
     "open A<a> replaced open A<b> capture"},
};

static void play(const dialogue_t *row, uint32_t client, uint32_t server)
{
    tape_t tape = {.isn = {client, server}};
    flow_consumer_t consumer = tape_consumer(&tape);

    tap_row("%s, from %u", row->name, (unsigned)client);
    CU_ASSERT_FATAL(flows_new(&consumer, &consumer, &flow_default_limits, &tape.flows) == 0);
    TAP_TRUE(tape_play(&tape, row->segments));
    flows_finish(tape.flows);
    TAP_STR(tape.text, row->told);
    TAP_INT(flows_counts(tape.flows)->dropped, strstr(row->name, "far") != NULL);
    flows_free(tape.flows);
}

static void tells_what_was_said(void)
{
    size_t i;

    for (i = 0; i < sizeof(dialogues) / sizeof(dialogues[0]); i++) {
        play(&dialogues[i], 1000, 77000);
        play(&dialogues[i], 0xfffffffd, 0xffffffff); /* numbers that wrap */
        play(&dialogues[i], 0x7ffffffe, 0);
    }
}

/* Runs a script with limits; the tape is left for a look at it. */
static void play_within(tape_t *tape, const flow_limits_t *limits, const char *script)
{
    flow_consumer_t consumer = tape_consumer(tape);

    CU_ASSERT_FATAL(flows_new(&consumer, &consumer, limits, &tape->flows) == 0);
    TAP_TRUE(tape_play(tape, script));
}

static void memory_is_bounded(void)
{
    flow_limits_t limits = flow_default_limits;
    tape_t tape = {.size = 0}, all = {.size = 0};

    tap_row("of one direction");
    limits.flow_memory = 400; /* four of these, with what is said about them, but not five */
    play_within(&tape, &limits, SYN "A . 3 1 c; A . 5 1 e; A . 7 1 g; A . 9 1 i; A . 11 1 k");
    TAP_STR(tape.text, "open A[2] A<c>");
    flows_finish(tape.flows);
    TAP_STR(tape.text, "open A[2] A<c> A[1] A<e> A[1] A<g> A[1] A<i> A[1] A<k> capture");
    TAP_INT(flows_counts(tape.flows)->gaps, 5);
    TAP_INT(flows_counts(tape.flows)->gap_octets, 6);
    flows_free(tape.flows);

    tap_row("a segment that is larger");
    memset(&tape, 0, sizeof(tape));
    limits.flow_memory = 10;
    play_within(&tape, &limits, SYN "A . 3 1 cde; A . 6 1 f");
    TAP_STR(tape.text, "open A[2] A<cde> A<f>");
    flows_free(tape.flows);

    tap_row("of all");
    limits = flow_default_limits;
    limits.memory = 200;
    play_within(&all, &limits, SYN "A . 3 1 c; A . 5 1 e; A . 7 1 g");
    TAP_STR(all.text, "open A[2] A<c> A[1] A<e> A[1] A<g>");
    flows_free(all.flows);
}

static void holes_are_bounded(void)
{
    tape_t tape = {.size = 0};
    char line[64];
    unsigned i;

    play_within(&tape, &flow_default_limits, SYN);
    for (i = 0; i < 64; i++) {
        snprintf(line, sizeof(line), "A . %u 1 x", 3 + 2 * i);
        tape_push(&tape, line);
    }
    TAP_STR(tape.text, "");
    tape_push(&tape, "A . 1000 1 x");
    TAP_STR(tape.text, "open A[2] A<x>");
    flows_free(tape.flows);
}

/* Flows of many clients, of which only ten may be known at a time. */
static void only_ten_live(const flow_limits_t *limits)
{
    tape_t tape = {.size = 0};
    flow_consumer_t consumer = tape_consumer(&tape);
    unsigned i;

    CU_ASSERT_FATAL(flows_new(&consumer, &consumer, limits, &tape.flows) == 0);
    for (i = 0; i < 5000; i++) {
        segment_t segment = tape_segment(&tape, 0, i % 2 == 0 ? TRANSPORT_TCP : TRANSPORT_UDP);
        segment.source.port = (uint16_t)(1024 + i);
        segment.tcp_flags = TCP_SYN;
        segment.payload = (const uint8_t *)"x";
        segment.size = segment.length = 1;
        tape.packet.time = (int64_t)i;
        tape.size = 0;
        flows_push(tape.flows, &segment);
    }
    TAP_INT(flows_counts(tape.flows)->tcp, 2500);
    TAP_INT(flows_counts(tape.flows)->udp, 2500);
    TAP_INT(flows_counts(tape.flows)->evicted, 4990);
    tape.size = 0;
    flows_finish(tape.flows);
    TAP_STR(tape.text, " capture capture capture capture capture capture capture capture capture "
                       "capture");
    flows_free(tape.flows);
}

static void flows_are_bounded(void)
{
    flow_limits_t limits = flow_default_limits;

    tap_row("in number");
    limits.flows = 10;
    only_ten_live(&limits);
    tap_row("in what consumers keep of them");
    limits = flow_default_limits;
    limits.states = 10 * TAPE_MEMORY + TAPE_MEMORY / 2;
    only_ten_live(&limits);
}

static void idle_flows_are_given_up(void)
{
    flow_limits_t limits = flow_default_limits;
    tape_t tape = {.size = 0};
    segment_t other;

    limits.idle = INT64_C(5000000000);
    play_within(&tape, &limits, SYN "A . 1 1 a; @4 A . 2 1 b; @4 A . 3 1 c");
    TAP_STR(tape.text, "open A<a> A<b> A<c>");
    tape.packet.time += INT64_C(6000000000);
    other = tape_segment(&tape, 0, TRANSPORT_TCP);
    other.source.port = 7;
    other.tcp_flags = TCP_SYN;
    flows_push(tape.flows, &other);
    TAP_STR(tape.text, "open A<a> A<b> A<c> evicted");
    TAP_INT(flows_counts(tape.flows)->evicted, 1);
    flows_free(tape.flows);
}

static void flows_are_told_apart(void)
{
    tape_t tape = {.size = 0};
    flow_consumer_t consumer = tape_consumer(&tape);
    unsigned i;

    CU_ASSERT_FATAL(flows_new(&consumer, &consumer, &flow_default_limits, &tape.flows) == 0);
    for (i = 0; i < 10; i++) { /* each twice, the second time as the answer */
        segment_t segment = tape_segment(&tape, i % 2, TRANSPORT_UDP);
        segment.tunnel = i / 2 == 1;
        segment.destination.address[3] ^= i / 2 == 2 ? 0x80 : 0;
        segment.source.address[3] ^= i / 2 == 2 ? 0x80 : 0;
        segment.ip_version = i / 2 == 3 ? 6 : 4;
        segment.transport = i / 2 == 4 ? TRANSPORT_TCP : TRANSPORT_UDP;
        segment.tcp_flags = TCP_SYN;
        segment.payload = (const uint8_t *)"x";
        segment.size = segment.length = 1;
        flows_push(tape.flows, &segment);
    }
    TAP_INT(flows_counts(tape.flows)->udp, 4);
    TAP_INT(flows_counts(tape.flows)->tcp, 1);
    TAP_STR(tape.text,
            "open A<x> B<x> open A<x> B<x> open A<x> B<x> open A<x> B<x> open A<x> B<x>");
    flows_free(tape.flows);
}

static void unwanted_flows_cost_nothing(void)
{
    tape_t tape = {.unwanted = true};

    play_within(&tape, &flow_default_limits, SYN "A . 1 1 a; A . 9 1 b; B . 1 1 x; A F. 10 1");
    flows_finish(tape.flows);
    TAP_STR(tape.text, "open");
    flows_free(tape.flows);
}

static void datagrams_are_handed_on_whole(void)
{
    tape_t tape = {.size = 0};
    flow_consumer_t consumer = tape_consumer(&tape);
    static const char *const said[] = {"ab", "cd3", "ef*", "gh", ""};
    size_t i;

    CU_ASSERT_FATAL(flows_new(&consumer, &consumer, &flow_default_limits, &tape.flows) == 0);
    for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        segment_t segment = tape_segment(&tape, 0, TRANSPORT_UDP);
        segment.payload = (const uint8_t *)said[i];
        segment.size = segment.length = (uint32_t)strlen(said[i]);
        flows_push(tape.flows, &segment);
        segment = tape_segment(&tape, 1, TRANSPORT_UDP);
        segment.payload = (const uint8_t *)"z";
        segment.size = segment.length = 1;
        flows_push(tape.flows, &segment);
    }
    flows_finish(tape.flows);
    TAP_STR(tape.text, "open A<ab> B<z> A<cd3> B<z> A<ef*> B<z> B<z> B<z> capture");
    flows_free(tape.flows);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"consumers are told what was said, in order", tells_what_was_said},
        {"the memory of what waits is bounded", memory_is_bounded},
        {"holes are bounded", holes_are_bounded},
        {"flows are bounded", flows_are_bounded},
        {"idle flows are given up", idle_flows_are_given_up},
        {"flows are told apart", flows_are_told_apart},
        {"flows that nobody wants are not looked at", unwanted_flows_cost_nothing},
        {"datagrams are handed on whole", datagrams_are_handed_on_whole},
    };

    return tap_main("flow", tests, sizeof(tests) / sizeof(tests[0]));
}
