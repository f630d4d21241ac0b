// The least a FastCGI server can do: eight threads, one fixed answer. The listening socket is descriptor 0.
#include <fcgiapp.h>
#include <pthread.h>
#include <stddef.h>

static void *serve(void *unused) {
    FCGX_Request request;
    FCGX_InitRequest(&request, 0, 0);
    for (;;) {
        if (FCGX_Accept_r(&request) < 0) continue;  // a client that went away is no reason to stop
        FCGX_PutS("Content-Type: application/json\r\n\r\n{\"status\":\"ok\"}", request.out);
        FCGX_Finish_r(&request);
    }
    return unused;
}

int main(void) {
    pthread_t threads[8];
    FCGX_Init();
    for (size_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, serve, NULL);
    for (size_t i = 0; i < 8; i++) pthread_join(threads[i], NULL);
}
