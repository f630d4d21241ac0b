#pragma once
#include <fcgiapp.h>
#include <fastcgi.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
// accept4 needs _GNU_SOURCE, which Swift's importer does not set.
extern int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags);
