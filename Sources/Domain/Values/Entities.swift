// What an `ID` is an id of. Uninhabited: rows are decoded into the shapes that each feature owns.
package enum Project {}
package enum User {}
package enum Execution {}
package enum TestCase {}
package enum TestSuite {}
package enum TestItem {}
package enum Agent {}
package enum AgentSession {}
/// A browser login, closed by logout.
package enum LoginSession {}
package enum APIToken {}
package enum Trigger {}
package enum Subscription {}
package enum AlertRule {}
package enum Alert {}
package enum Channel {}
package enum Notification {}
