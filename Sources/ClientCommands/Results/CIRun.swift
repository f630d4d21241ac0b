/// What a CI system says of the job that this program runs in, by its environment variables.
struct CIRun: Equatable {
    var branch: String?
    var commit: String?
    var url: String?
    /// Names the run of the pipeline, the same in all of its jobs.
    var key: String?

    /// Of the first system that is there: GitHub Actions, GitLab, Jenkins, Buildkite, CircleCI, Azure Pipelines.
    init(_ variable: (String) -> String?) {
        func value(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
        if value("GITHUB_ACTIONS") != nil {
            // A pull request is built from a branch of another name than the ref.
            branch = value("GITHUB_HEAD_REF") ?? value("GITHUB_REF_NAME")
            commit = value("GITHUB_SHA")
            if let server = value("GITHUB_SERVER_URL"), let repository = value("GITHUB_REPOSITORY"),
                let run = value("GITHUB_RUN_ID")
            {
                url = "\(server)/\(repository)/actions/runs/\(run)"
                key = "github/\(repository)/\(run)/\(value("GITHUB_RUN_ATTEMPT") ?? "1")"
            }
        } else if value("GITLAB_CI") != nil {
            branch = value("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") ?? value("CI_COMMIT_REF_NAME")
            commit = value("CI_COMMIT_SHA")
            url = value("CI_JOB_URL") ?? value("CI_PIPELINE_URL")
            key = value("CI_PIPELINE_ID").map { "gitlab/\(value("CI_PROJECT_PATH") ?? "")/\($0)" }
        } else if value("JENKINS_URL") != nil {
            branch = value("CHANGE_BRANCH") ?? value("BRANCH_NAME") ?? value("GIT_BRANCH").map(Self.withoutRemote)
            commit = value("GIT_COMMIT")
            url = value("BUILD_URL")
            key = value("BUILD_TAG")
        } else if value("BUILDKITE") != nil {
            branch = value("BUILDKITE_BRANCH")
            commit = value("BUILDKITE_COMMIT")
            url = value("BUILDKITE_BUILD_URL")
            key = value("BUILDKITE_BUILD_ID").map { "buildkite/\($0)" }
        } else if value("CIRCLECI") != nil {
            branch = value("CIRCLE_BRANCH")
            commit = value("CIRCLE_SHA1")
            url = value("CIRCLE_BUILD_URL")
            key = value("CIRCLE_WORKFLOW_ID").map { "circleci/\($0)" }
        } else if value("TF_BUILD") != nil {
            branch = (value("SYSTEM_PULLREQUEST_SOURCEBRANCH") ?? value("BUILD_SOURCEBRANCH")).map(Self.withoutRef)
            commit = value("BUILD_SOURCEVERSION")
            if let server = value("SYSTEM_COLLECTIONURI"), let project = value("SYSTEM_TEAMPROJECT"),
                let build = value("BUILD_BUILDID")
            {
                url = "\(server)\(project)/_build/results?buildId=\(build)"
                key = "azure/\(project)/\(build)"
            }
        }
    }

    private static func withoutRemote(_ branch: String) -> String {
        branch.hasPrefix("origin/") ? String(branch.dropFirst("origin/".count)) : branch
    }

    private static func withoutRef(_ reference: String) -> String {
        reference.hasPrefix("refs/heads/") ? String(reference.dropFirst("refs/heads/".count)) : reference
    }
}
