/** What each role may do, as `Sources/Domain/Identity/Role.swift` has it; a test compares the two. */
const VIEWING = ["read", "keepOwnThings"];
const TESTING = [...VIEWING, "editCatalog", "startExecution", "cancelExecution", "retryExecution", "ingestResults",
  "readSecretNames", "doManualSteps", "editOwnDashboards", "export"];
const LEADING = [...TESTING, "quarantine", "acknowledgeAlerts", "mergeClusters", "manageGates"];
const OWNING = [...VIEWING, "editOwnDashboards", "shareDashboards", "manageReports", "export", "acknowledgeAlerts"];
const MANAGING = [...LEADING, ...OWNING, "manageAlertRules", "manageChannels", "manageTriggers", "manageSubscriptions",
  "manageSettings", "manageEnvironments", "manageSecrets", "manageSchedules", "enrolAgents", "manageAgents",
  "manageMembers", "pauseQueue", "manageDeadLetters"];

/** Permissions by role; an administrator may everything and is in no project role. */
export const ROLES = {
  viewer: VIEWING, qa_engineer: TESTING, dev_lead: LEADING, product_owner: OWNING, test_manager: MANAGING,
  ci: ["read", "keepOwnThings", "startExecution", "ingestResults"],
};

/** Whether a role may do `what`; the server decides, this only hides buttons that would be refused. */
export const mayRole = (role, what) => ROLES[role]?.includes(what) ?? false;
