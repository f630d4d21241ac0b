/// A project as requests carry it: found once, then passed on, so that nobody looks the one up by the other again.
package struct ProjectRef: Hashable, Sendable {
    package let id: ID<Project>
    /// What people and addresses call it.
    package let key: String
    /// Whether it is put away.
    package let isArchived: Bool

    package init(id: ID<Project>, key: String, isArchived: Bool = false) {
        self.id = id
        self.key = key
        self.isArchived = isArchived
    }
}
