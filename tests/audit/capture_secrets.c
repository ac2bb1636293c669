/* SPDX-License-Identifier: BSD-2-Clause */
/* capture_secrets.c - key logs inside pcapng: handed on in whole lines, and blocks that cannot be. */
#include "capture_scene.h"

static const capture_how_t plain = { NULL, NULL, NULL };

typedef struct given {
    ma_buf_t text;
    size_t times;
    bool whole; /* each piece ended with a line */
} given_t;

static void take_secrets(void *context, const uint8_t *text, size_t size)
{
    given_t *given = context;

    ma_buf_add(&given->text, text, size);
    given->times++;
    given->whole = given->whole && size > 0 && text[size - 1] == '\n';
}

static void gives_secrets(void)
{
    given_t given = { .whole = true };
    const capture_how_t how = { NULL, take_secrets, &given };
    scene_t scene;
    ma_buf_t long_text, told;
    unsigned i;

    ma_buf_init(&given.text, 0);
    ma_buf_init(&long_text, 0);
    ma_buf_init(&told, 0);
    for (i = 0; i < 40000; i++)
        ma_buf_printf(&long_text, "CLIENT_RANDOM %064x %096x\n", i, i * 3);
    scene_begin(&scene, true);
    put_section(&scene, 1, 0);
    put_secrets(&scene, 0x544c534b, "short line\n", 11);
    put_secrets(&scene, 0x57474b4c, "of WireGuard\n", 13); /* another kind */
    put_secrets(&scene, 0x544c534b, "", 0);
    put_secrets(&scene, 0x544c534b, long_text.data, long_text.size);
    put_interface(&scene, 1, 0, 0, 0);
    put_packet(&scene, 6, 0, 1, 4, 4);
    tell(scene_bytes(&scene), 5000, &how, &told);
    TAP_STR(ma_buf_string(&told), "1000 1 4/4\nend");
    TAP_INT(given.text.size, 11 + long_text.size);
    TAP_TRUE(memcmp(given.text.data, "short line\n", 11) == 0);
    TAP_TRUE(memcmp(given.text.data + 11, long_text.data, long_text.size) == 0);
    TAP_TRUE(given.whole);
    TAP_TRUE(given.times > 2);
    /* Nobody asks for them. */
    ma_buf_clear(&told);
    tell(scene_bytes(&scene), 5000, &plain, &told);
    TAP_STR(ma_buf_string(&told), "1000 1 4/4\nend");
    scene_end(&scene);
    ma_buf_free(&long_text);
    ma_buf_free(&given.text);
    ma_buf_free(&told);
}

static void refuses_secrets(void)
{
    given_t given = { .whole = true };
    const capture_how_t how = { NULL, take_secrets, &given };
    scene_t scene;
    ma_buf_t told;
    size_t block;

    ma_buf_init(&told, 0);
    ma_buf_init(&given.text, 0);
    scene_begin(&scene, false);
    put_section(&scene, 1, 0);
    block = open_block(&scene, 10);
    put_32(&scene, 0x544c534b);
    put_32(&scene, 5);
    put_data(&scene, 4, 1);
    close_block(&scene, block);
    tell(scene_bytes(&scene), 5000, &how, &told);
    TAP_HAS(ma_buf_string(&told), "damaged at octet 28, packet 1: secrets cannot have 5 octets");
    scene.bytes.size = 28;
    block = open_block(&scene, 10);
    put_32(&scene, 0x544c534b);
    close_block(&scene, block);
    ma_buf_clear(&told);
    tell(scene_bytes(&scene), 5000, &how, &told);
    TAP_HAS(ma_buf_string(&told), "a block of secrets is too short");
    scene.bytes.size = 28;
    put_secrets(&scene, 0x544c534b, "cut\n", 4);
    scene.bytes.size -= 5;
    ma_buf_clear(&told);
    tell(scene_bytes(&scene), 5000, &how, &told);
    TAP_HAS(ma_buf_string(&told), "cut off at octet 47, packet 1, which begins at 28");
    TAP_INT(given.times, 0);
    scene_end(&scene);
    ma_buf_free(&given.text);
    ma_buf_free(&told);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "secrets are handed on in whole lines", gives_secrets },
        { "secrets that cannot be", refuses_secrets },
    };
    return tap_main("capture_secrets", tests, sizeof(tests) / sizeof(tests[0]));
}
