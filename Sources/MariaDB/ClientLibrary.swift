import CMariaDB
import Glibc

/// Set-up of libmariadb: once per process, and once per thread that uses it.
enum ClientLibrary {
    private static let isReady: Bool = mysql_server_init(0, nil, nil) == 0

    /// Its destructor undoes `mysql_thread_init` when a thread that used the library ends.
    private static let threadKey: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, { _ in mysql_thread_end() }) == 0 ? key : nil
    }()

    /// Call before the first use of the library on a thread; cheap afterwards.
    static func enter() throws(DatabaseError) {
        guard isReady, let threadKey else { throw .unavailable("libmariadb cannot be initialised") }
        guard pthread_getspecific(threadKey) == nil else { return }
        mysql_thread_init()
        // Any address but nil makes the destructor run.
        pthread_setspecific(threadKey, UnsafeRawPointer(bitPattern: 1))
    }
}
