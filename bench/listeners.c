// Opens COUNT event streams and notes when an event reaches each: listeners PORT COUNT PATH [TOKEN]
// Prints "open COUNT" when all are answered with 200. For each line on standard input it waits up to 30 s until every stream
// has got a "data:" since the last one and prints "COUNT-that-got-it P50 P99 MAX", microseconds of the wall clock.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 200, PATIENCE_US = 30000000 };

typedef struct {
    int socket;
    int is_open;
    int64_t at;  // of the event of this round; 0 = not yet
} Stream;

static int64_t now_us(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// Reads what is there; returns 1 when the stream became open or got its event.
static int hear(Stream *stream, size_t *lost) {
    char bytes[16384];
    int news = 0;
    for (;;) {
        ssize_t count = recv(stream->socket, bytes, sizeof bytes - 1, MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return news;
        if (count <= 0) {
            close(stream->socket);
            (*lost)++;
            return news;
        }
        bytes[count] = 0;
        if (!stream->is_open) {
            if (memcmp(bytes, "HTTP/1.1 200", 12) != 0) {
                fprintf(stderr, "listeners: %.200s\n", bytes);
                exit(1);
            }
            stream->is_open = news = 1;
        }
        if (!stream->at && strstr(bytes, "\ndata:")) {
            stream->at = now_us(CLOCK_REALTIME);
            news = 1;
        }
    }
}

static void open_stream(Stream *stream, int poll, int port, const char *head) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    stream->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (stream->socket < 0) die("socket");
    if (connect(stream->socket, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
    if (send(stream->socket, head, strlen(head), 0) < 0) die("send");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = stream};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, stream->socket, &event) != 0) die("epoll_ctl");
}

// Hears until `wanted` streams had news or the time is over; returns how many had.
static size_t gather(int poll, size_t wanted, int64_t deadline, size_t *lost) {
    struct epoll_event events[512];
    size_t had = 0;
    while (had + *lost < wanted && now_us(CLOCK_MONOTONIC) < deadline) {
        int count = epoll_wait(poll, events, 512, 100);
        for (int i = 0; i < count; i++) had += (size_t)hear(events[i].data.ptr, lost);
    }
    return had;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    int port = atoi(argv[1]), poll = epoll_create1(EPOLL_CLOEXEC);
    size_t count = (size_t)atol(argv[2]), lost = 0;
    char head[4096], line[64];
    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n%s%s%s\r\n", argv[3], port,
        argc > 4 ? "Authorization: Bearer " : "", argc > 4 ? argv[4] : "", argc > 4 ? "\r\n" : "");
    Stream *streams = calloc(count, sizeof *streams);
    int64_t *times = calloc(count, sizeof *times);
    if (!streams || !times || poll < 0) die("listeners");
    for (size_t made = 0; made < count;) {
        size_t slice = count - made < AT_ONCE ? count - made : AT_ONCE;
        for (size_t i = 0; i < slice; i++) open_stream(&streams[made + i], poll, port, head);
        if (gather(poll, slice, now_us(CLOCK_MONOTONIC) + PATIENCE_US, &lost) < slice) {
            fprintf(stderr, "listeners: only %zu streams were opened\n", made);
            return 1;
        }
        made += slice;
    }
    for (size_t i = 0; i < count; i++) streams[i].at = 0;
    printf("open %zu\n", count);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        gather(poll, count, now_us(CLOCK_MONOTONIC) + PATIENCE_US, &lost);
        size_t got = 0;
        for (size_t i = 0; i < count; i++) {
            if (streams[i].at) times[got++] = streams[i].at;
            streams[i].at = 0;
        }
        qsort(times, got, sizeof *times, ascending);
        if (got == 0) return 1;
        printf("%zu %ld %ld %ld\n", got, (long)times[(got - 1) / 2], (long)times[(got * 99 + 99) / 100 - 1], (long)times[got - 1]);
        fflush(stdout);
    }
}
