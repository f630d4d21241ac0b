internal import CArgon2
internal import Dispatch
import Domain

/// Hashes and checks passwords with argon2id (19 MiB, two passes); the result is a PHC string.
///
/// At most two hashes run at once in a process, so that a storm of logins cannot take all memory and cores; a caller
/// waits up to two seconds for its turn. Blocks; call on a worker thread.
package final class PasswordHasher: Sendable {
    private static let passes: UInt32 = 2
    private static let memoryKiB: UInt32 = 19_456
    private let turns: DispatchSemaphore
    private let waitMs: Int
    /// What unknown users are checked against, so that they take as long as known ones.
    private let decoy: String

    /// - Throws: `IdentityError.busy` when libargon2 has no memory.
    package init(atOnce: Int = 2, waitMs: Int = 2000) throws {
        turns = DispatchSemaphore(value: atOnce)
        self.waitMs = waitMs
        // glibc raises its mmap threshold with the first such block it frees and then keeps the next ones in the heap
        // of each thread: a process that hashed a few times held 100 MB for ever. A fixed threshold gives them back.
        mallopt(M_MMAP_THRESHOLD, 256 * 1024)
        decoy = try PasswordHasher.hashed(randomBytes(16))
    }

    /// A PHC string with a fresh salt.
    /// - Throws: `IdentityError.busy`.
    package func hash(_ password: String) throws -> String {
        try inTurn { try PasswordHasher.hashed(Array(password.utf8)) }
    }

    /// Whether `password` gives `hash`; false, after the same work, when there is no hash.
    /// - Throws: `IdentityError.busy`.
    package func verify(_ password: String, against hash: String?) throws -> Bool {
        let bytes = Array(password.utf8.prefix(4 * Limits.password.upperBound))
        let matches = try inTurn {
            argon2id_verify(hash ?? decoy, bytes, bytes.count) == ARGON2_OK.rawValue
        }
        return matches && hash != nil
    }

    private func inTurn<Result>(_ work: () throws -> Result) throws -> Result {
        guard turns.wait(timeout: .now() + .milliseconds(waitMs)) == .success else { throw IdentityError.busy }
        defer { turns.signal() }
        return try work()
    }

    private static func hashed(_ password: [UInt8]) throws -> String {
        let salt = randomBytes(16)
        let length = argon2_encodedlen(passes, memoryKiB, 1, UInt32(salt.count), 32, Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes, memoryKiB, 1, password, password.count, salt, salt.count, 32, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { throw IdentityError.busy }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
