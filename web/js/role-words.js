/** Roles and what they may do, in words. */
export const ROLE_NAMES = { viewer: "Viewer", qa_engineer: "QA engineer", dev_lead: "Dev lead", product_owner: "Product owner",
  test_manager: "Test manager", ci: "CI", admin: "Administrator" };

const MAY = {
  read: "read everything in the project", startExecution: "start runs", cancelExecution: "cancel runs", retryExecution: "retry runs",
  editCatalog: "edit cases, items and suites", ingestResults: "upload results", doManualSteps: "work on manual steps",
  readSecretNames: "see the names of secrets", acknowledgeAlerts: "take and resolve alerts", manageAlertRules: "set up alert rules",
  manageChannels: "set up channels", manageTriggers: "set up triggers", manageSubscriptions: "set up subscriptions",
  manageEnvironments: "set up environments", manageSecrets: "set secrets", enrolAgents: "enrol agents",
  manageAgents: "drain and revoke agents", manageMembers: "choose members and their roles",
};

/** What a role may do, as phrases in one order; what no page offers yet is left out. */
export const phrases = (permissions) => Object.entries(MAY).filter(([one]) => permissions.includes(one)).map(([, text]) => text);

export const roleName = (role) => ROLE_NAMES[role] ?? role;
