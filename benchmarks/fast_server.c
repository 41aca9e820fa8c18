/* The fastest answer there is: one thread, epoll, the same bytes for each request, nothing parsed but where heads end.
 *
 *   fast_server PORT [THREADS]
 *
 * For load testers to run into their own limits and not into a server's. It counts the ends of heads in what comes, so
 * requests must have no body, and a request that is split over reads is answered when its last byte is there.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char ANSWER[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
enum { ANSWER_LENGTH = sizeof ANSWER - 1, BATCH = 64, EVENTS = 512 };
static int port;

static void *serve(void *unused) {
  (void)unused;
  int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 65535)) {
    perror("fast_server");
    exit(1);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  /* How much of CR LF CR LF has come, by descriptor. */
  static __thread unsigned char progress[1 << 20];
  char answers[BATCH * ANSWER_LENGTH], data[65536];
  for (int i = 0; i < BATCH; i++) memcpy(answers + i * ANSWER_LENGTH, ANSWER, ANSWER_LENGTH);
  for (;;) {
    int count = epoll_wait(poll, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          struct epoll_event added = {.events = EPOLLIN, .data.fd = fd};
          progress[fd] = 0;
          epoll_ctl(poll, EPOLL_CTL_ADD, fd, &added);
        }
        continue;
      }
      ssize_t length = recv(fd, data, sizeof data, 0);
      if (length <= 0) {
        if (length == 0 || errno != EAGAIN) close(fd);
        continue;
      }
      unsigned ended = 0;
      unsigned char seen = progress[fd];
      for (ssize_t at = 0; at < length; at++) {
        if (data[at] == (seen & 1 ? '\n' : '\r')) {
          if (++seen == 4) ended++, seen = 0;
        } else {
          seen = data[at] == '\r';
        }
      }
      progress[fd] = seen;
      while (ended) {
        unsigned now = ended < BATCH ? ended : BATCH;
        if (send(fd, answers, now * ANSWER_LENGTH, MSG_NOSIGNAL) < 0) break;
        ended -= now;
      }
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 2) return fprintf(stderr, "usage: fast_server PORT [THREADS]\n"), 2;
  port = atoi(argv[1]);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  for (int i = argc > 2 ? atoi(argv[2]) : 1; i > 1; i--) {
    pthread_t thread;
    pthread_create(&thread, NULL, serve, NULL);
  }
  serve(NULL);
}
