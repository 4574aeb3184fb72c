/* A disk that fails: counts the calls that change anything in one folder, and at one of them kills the process, tears
 * the write, has no room, or breaks. Loaded before libc (LD_PRELOAD) and armed from Python (disk.py). One thread only.
 *
 * fsync does nothing at all here: what a killed process wrote is in the hands of the kernel already. What a power cut
 * takes away is another matter, and is played back from the log that a run with the kind LOG writes (power.py). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, TORN, FULL, COPYING, BROKEN, DEAD, LOG };
enum { GO, HALF, REFUSED };
/* What a call does to the room on the disk. */
enum { FREES, KEEPS, OVERWRITES, GROWS };

static char folder[PATH_MAX];
static size_t length;
static int kind, target, count, armed, logged = -1;

void fault_arm(const char *of, int how, int number, int log) {
    snprintf(folder, sizeof folder, "%s", of);
    length = strlen(folder);
    kind = how, target = number, count = 0, logged = log, armed = 1;
}

void fault_disarm(void) { armed = 0; }

int fault_count(void) { return count; }

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int covers(const char *path) {
    return !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int name_of(int descriptor, char *name) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, name, PATH_MAX - 1);
    name[size < 0 ? 0 : size] = 0;
    return size > 0;
}

static int has(int descriptor) {
    char name[PATH_MAX];
    return armed && name_of(descriptor, name) && covers(name);
}

static const char *full(int at, const char *path, char *name) {
    if (path[0] == '/' || at == AT_FDCWD || !name_of(at, name)) return path;
    size_t used = strlen(name);
    snprintf(name + used, PATH_MAX - used, "/%s", path);
    return name;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int step(int room) {
    int number = ++count;
    if (kind == KILL && number == target) die();
    if (kind == TORN && number == target) return HALF;
    if (kind == FULL && number >= target && room == GROWS) return errno = ENOSPC, REFUSED;
    if (kind == COPYING && number >= target && room >= OVERWRITES) return errno = ENOSPC, REFUSED;
    if ((kind == BROKEN && number == target) || (kind == DEAD && number >= target)) return errno = EIO, REFUSED;
    return GO;
}

static void all(const void *bytes, size_t size) {
    static ssize_t (*put)(int, const void *, size_t);
    if (!put) put = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    for (const char *at = bytes; size;) {
        ssize_t done = put(logged, at, size);
        if (done <= 0) abort();
        at += done, size -= (size_t)done;
    }
}

/* One line for each call: its name, the inode, a number, the size of what follows; then names or bytes. */
static void tell(const char *what, ino_t inode, long long number, const void *bytes, size_t size) {
    if (!armed || kind != LOG) return;
    char line[120];
    all(line, (size_t)snprintf(line, sizeof line, "%s %llu %lld %zu\n", what, (unsigned long long)inode, number, size));
    all(bytes, size);
}

static void tell_names(const char *what, const char *path, const char *to) {
    char names[2 * PATH_MAX + 2];
    struct stat found = {0};
    if (!armed || kind != LOG) return;
    lstat(*to ? to : path, &found);
    int size = snprintf(names, sizeof names, "%s%c%s", path, 0, to);
    tell(what, found.st_ino, 0, names, (size_t)size);
}

static ino_t inode_of(int descriptor) {
    struct stat found = {0};
    fstat(descriptor, &found);
    return found.st_ino;
}

static int room_for(int descriptor, off_t end) {
    struct stat found;
    return fstat(descriptor, &found) || end > found.st_size ? GROWS : OVERWRITES;
}

/* A whole call that is either done or not. */
#define EITHER(inside, room, call, told) \
    do { \
        if (!armed || !(inside)) return call; \
        int how = step(room); \
        if (how == REFUSED) return -1; \
        int result = call; \
        if (how == HALF) die(); \
        if (!result) told; \
        return result; \
    } while (0)

static int opened(int at, const char *path, int flags, mode_t mode) {
    static int (*real)(int, const char *, int, ...);
    if (!real) real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat");
    char name[PATH_MAX];
    const char *whole = full(at, path, name);
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    if (!armed || !writes || !covers(whole)) return real(at, path, flags, mode);
    struct stat found;
    int makes = flags & O_CREAT && lstat(whole, &found);
    int how = step(makes ? GROWS : KEEPS);
    if (how == REFUSED) return -1;
    int result = real(at, path, flags, mode);
    if (how == HALF) die();
    if (result >= 0 && makes) tell_names("create", whole, "");
    if (result >= 0 && !makes && flags & O_TRUNC) tell("truncate", inode_of(result), 0, "", 0);
    return result;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags | O_LARGEFILE, mode); }

static ssize_t put(int descriptor, const void *bytes, size_t size, off_t at) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
    int how = step(room_for(descriptor, at + (off_t)size));
    if (how == REFUSED) return -1;
    if (how == HALF) {
        real(descriptor, bytes, size > 1 ? size / 2 : size, at);
        die();
    }
    ssize_t done = real(descriptor, bytes, size, at);
    if (done > 0) tell("write", inode_of(descriptor), at, bytes, (size_t)done);
    return done;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at) {
    REAL(pwrite);
    return has(descriptor) ? put(descriptor, bytes, size, at) : real(descriptor, bytes, size, at);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t at) {
    return pwrite(descriptor, bytes, size, at);
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
    REAL(write);
    if (!has(descriptor)) return real(descriptor, bytes, size);
    ssize_t done = put(descriptor, bytes, size, lseek(descriptor, 0, SEEK_CUR));
    if (done > 0) lseek(descriptor, done, SEEK_CUR);
    return done;
}

static ssize_t carried(int to, int from, off_t *at, size_t size) {
    char bytes[65536];
    size_t wanted = size < sizeof bytes ? size : sizeof bytes;
    ssize_t got = at ? pread(from, bytes, wanted, *at) : read(from, bytes, wanted);
    if (got <= 0) return got;
    ssize_t done = write(to, bytes, (size_t)got);
    if (at && done > 0) *at += done;
    return done;
}

ssize_t sendfile(int to, int from, off_t *at, size_t size) {
    REAL(sendfile);
    return has(to) ? carried(to, from, at, size) : real(to, from, at, size);
}
ssize_t sendfile64(int to, int from, off64_t *at, size_t size) { return sendfile(to, from, at, size); }

/* Whoever wants this gets along without it, by the calls above. */
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t size, unsigned flags) {
    REAL(copy_file_range);
    return has(to) ? (errno = ENOSYS, -1) : real(from, at, to, there, size, flags);
}
ssize_t writev(int descriptor, const struct iovec *parts, int number) {
    REAL(writev);
    return has(descriptor) ? (errno = ENOSYS, -1) : real(descriptor, parts, number);
}

int ftruncate(int descriptor, off_t size) {
    REAL(ftruncate);
    EITHER(has(descriptor), room_for(descriptor, size), real(descriptor, size),
           tell("truncate", inode_of(descriptor), size, "", 0));
}
int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

static int synced(int descriptor) {
    EITHER(has(descriptor), KEEPS, 0, tell("sync", inode_of(descriptor), 0, "", 0));
}
int fsync(int descriptor) {
    REAL(fsync);
    return length ? synced(descriptor) : real(descriptor);
}
int fdatasync(int descriptor) {
    REAL(fdatasync);
    return length ? synced(descriptor) : real(descriptor);
}

int renameat2(int at, const char *path, int there, const char *to, unsigned flags) {
    REAL(renameat2);
    char name[PATH_MAX], other[PATH_MAX];
    const char *from = full(at, path, name), *into = full(there, to, other);
    EITHER(covers(from) || covers(into), KEEPS, real(at, path, there, to, flags), tell_names("rename", from, into));
}
int renameat(int at, const char *path, int there, const char *to) { return renameat2(at, path, there, to, 0); }
int rename(const char *path, const char *to) { return renameat2(AT_FDCWD, path, AT_FDCWD, to, 0); }

int linkat(int at, const char *path, int there, const char *to, int flags) {
    REAL(linkat);
    char name[PATH_MAX], other[PATH_MAX];
    const char *from = full(at, path, name), *into = full(there, to, other);
    EITHER(covers(into), GROWS, real(at, path, there, to, flags), tell_names("link", from, into));
}
int link(const char *path, const char *to) { return linkat(AT_FDCWD, path, AT_FDCWD, to, 0); }

int unlinkat(int at, const char *path, int flags) {
    REAL(unlinkat);
    char name[PATH_MAX];
    const char *whole = full(at, path, name);
    struct stat found;
    /* What is not there is not removed: SQLite and rmtree ask for that, and it changes nothing. */
    EITHER(covers(whole) && !lstat(whole, &found), FREES, real(at, path, flags), tell_names("remove", whole, ""));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int at, const char *path, mode_t mode) {
    REAL(mkdirat);
    char name[PATH_MAX];
    const char *whole = full(at, path, name);
    EITHER(covers(whole), GROWS, real(at, path, mode), tell_names("folder", whole, ""));
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int fchmodat(int at, const char *path, mode_t mode, int flags) {
    REAL(fchmodat);
    char name[PATH_MAX];
    EITHER(covers(full(at, path, name)), KEEPS, real(at, path, mode, flags), (void)0);
}
int chmod(const char *path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, 0); }
int fchmod(int descriptor, mode_t mode) {
    REAL(fchmod);
    EITHER(has(descriptor), KEEPS, real(descriptor, mode), (void)0);
}

int utimensat(int at, const char *path, const struct timespec times[2], int flags) {
    REAL(utimensat);
    char name[PATH_MAX];
    EITHER(covers(full(at, path, name)), KEEPS, real(at, path, times, flags), (void)0);
}
int futimens(int descriptor, const struct timespec times[2]) {
    REAL(futimens);
    EITHER(has(descriptor), KEEPS, real(descriptor, times), (void)0);
}
