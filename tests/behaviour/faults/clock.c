/* Stands before the system's clock and adds as many seconds as the file named by CLOCK_SHIFT says. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int outcome = real(clock, now);
    const char *path = getenv("CLOCK_SHIFT");
    FILE *file = clock == CLOCK_REALTIME && path ? fopen(path, "r") : NULL;
    long shift;
    if (file) {
        if (fscanf(file, "%ld", &shift) == 1)
            now->tv_sec += shift;
        fclose(file);
    }
    return outcome;
}
