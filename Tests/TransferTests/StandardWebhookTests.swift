import Testing
import Transfer

@Suite struct StandardWebhookTests {
    @Test func `the specification's example gives its signature`() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let webhook = StandardWebhook(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        let headers = Dictionary(uniqueKeysWithValues: webhook.headers(secret: secret).map { ($0.name, $0.value) })
        #expect(headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek")
        #expect(headers["webhook-timestamp"] == "1614265330")
        #expect(headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(headers["Content-Type"] == "application/json")
    }

    @Test(arguments: [
        "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_????", "whsec_MfKQ9r8",
    ])
    func `what is no secret is refused`(text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test func `a random secret can be written down and read, and does not describe itself`() throws {
        let secret = WebhookSecret.random()
        #expect(WebhookSecret(secret.text) == secret)
        #expect(secret != .random())
        #expect("\(secret)" == "whsec_***")
        #expect(WebhookSecret("whsec_" + Base64.encode([UInt8](repeating: 1, count: 65))) == nil)
    }

    @Test(arguments: [
        ("https://example.org/hook?a=b", true), ("http://[::1]:8080", true), ("HTTPS://EXAMPLE.ORG", true),
        ("ftp://example.org", false), ("https://", false), ("https://:80/", false), ("https://a b", false),
        ("https://user:pass@example.org/", false), ("https://example.org/\r\nX: y", false),
        ("https://exämple.org", false),
        ("javascript:alert(1)", false), ("https://e/" + String(repeating: "x", count: 2_000), false),
    ])
    func `an address is http, printable and without a password`(url: String, isGood: Bool) {
        #expect((StandardWebhook.addressFault(url) == nil) == isGood)
    }
}

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
    ])
    func `the examples of RFC 4648`(plain: String, text: String) {
        #expect(Base64.encode(plain.utf8) == text)
        #expect(Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } == plain)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v\n", "Zm-v", "Zm9=Zg=="])
    func `anything else is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `any bytes come back`() {
        var generator = SystemRandomNumberGenerator()
        for length in 0..<70 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }
}
