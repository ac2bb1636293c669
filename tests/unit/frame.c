/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.c - what expressions may read where they stand, and what they read there: slots, what a
 * request lacks, what nobody knows, and facts that entries set between two evaluations.
 */
#include "field_scene.h"
#include "plugin/field.h"
#include "scratch.h"

int main(void) { return 0; }
