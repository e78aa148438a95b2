// The least that a FastCGI program can do with libfcgi, as the library's own example of threads does it:
// floor SOCKET TEXT answers every request with the text.
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 16 };

static int listener;
static const char *text;

static void *serve(void *nothing) {
  static pthread_mutex_t accepting = PTHREAD_MUTEX_INITIALIZER;
  FCGX_Request request;
  FCGX_InitRequest(&request, listener, 0);
  for (;;) {
    pthread_mutex_lock(&accepting);
    int failed = FCGX_Accept_r(&request) < 0;
    pthread_mutex_unlock(&accepting);
    if (failed) return nothing;
    FCGX_FPrintF(request.out, "Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", (int)strlen(text), text);
    FCGX_Finish_r(&request);
  }
}

int main(int argc, char **argv) {
  if (argc != 3 || FCGX_Init() != 0) return 1;
  signal(SIGTERM, SIG_DFL);  // the library's handler would have us wait for one more request
  text = argv[2];
  listener = FCGX_OpenSocket(argv[1], 4096);
  pthread_t others;
  for (int started = 1; started < THREADS; started++) pthread_create(&others, NULL, serve, NULL);
  serve(NULL);
}
