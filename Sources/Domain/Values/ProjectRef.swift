/// A project as requests carry it: found once, then passed on, so that nobody looks the one up by the other again.
package struct ProjectRef: Hashable, Sendable {
    package let id: ID<Project>
    /// What people and addresses call it.
    package let key: String

    package init(id: ID<Project>, key: String) {
        self.id = id
        self.key = key
    }
}
