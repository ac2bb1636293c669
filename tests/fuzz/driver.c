/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.c - runs a fuzz target over files, or over all files in directories, and says how many.
 *
 * Each input lies in memory of exactly its size, so that a sanitizer sees a read past its end.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

#define MAX_SIZE (64l << 20)

static void die(const char *what, const char *path)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(2);
}

static size_t run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long size = -1;

    if (file != NULL && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size < 0 || size > MAX_SIZE)
        die("cannot be read, or is too long", path);
    rewind(file);
    bytes = malloc(size > 0 ? (size_t)size : 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size)
        die("cannot be read", path);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    return 1;
}

/* Files of the directory; what begins with a dot and what lies deeper is passed over. */
static size_t run_directory(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    char file[4096];
    struct stat st;
    size_t count = 0;

    if (directory == NULL)
        die("cannot be listed", path);
    while ((entry = readdir(directory)) != NULL) {
        int length = snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        if (length < 0 || (size_t)length >= sizeof(file))
            die("a path in it is too long", path);
        if (stat(file, &st) == 0 && S_ISREG(st.st_mode))
            count += run_file(file);
    }
    closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    struct stat st;
    int i;

    for (i = 1; i < argc; i++) {
        if (stat(argv[i], &st) != 0)
            die("is not there", argv[i]);
        count += S_ISDIR(st.st_mode) ? run_directory(argv[i]) : run_file(argv[i]);
    }
    printf("%zu inputs\n", count);
    return count > 0 ? 0 : 1;
}
