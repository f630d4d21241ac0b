import Alerts
import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let channels: [Route] = [
        Route(
            .get, "/api/v1/channels", .project(.read, .query), "List channels",
            query: [.project] + QueryParameter.paging,
            answer: AnswerDoc(200, "Channels, newest first.", .page("Channel"))
        ) { call in
            let project = try call.project()
            let key = try call.projectKey()
            return try call.page(
                newestFirst: { try call.services.channels.list(project: project, before: $0, limit: $1) }, id: \.id,
                { .object($0.members(project: key)) })
        },
        Route(
            .post, "/api/v1/channels", .project(.manageChannels, .body), "Add a channel",
            body: .json(ChannelKinds.createShape),
            answer: AnswerDoc(201, "The channel; a secret that was made is shown this once.", .one("Channel"))
        ) { call in
            let project = try call.project()
            let saved = try call.change { tx in
                let saved = try call.services.channels.create(ChannelDraft(call.body), project: project, in: tx)
                return (saved, saved.record.entry("channel.create"))
            }
            return .created(
                saved.json(project: try call.projectKey()), at: "/api/v1/channels/\(saved.record.id)",
                version: saved.record.version)
        },
        Route(
            .get, "/api/v1/channels/{id}", .project(.read, .owner(.channel)), "Show a channel",
            answer: AnswerDoc(200, "The channel.", .one("Channel"))
        ) { call in
            let channel = try call.services.channels.get(try call.id(), project: try call.project())
            return .json(.object(channel.members(project: try call.projectKey())), version: channel.version)
        },
        Route(
            .patch, "/api/v1/channels/{id}", .project(.manageChannels, .owner(.channel)), "Switch a channel off or on",
            body: .json(SwitchRequest.shape), answer: AnswerDoc(200, "The channel.", .one("Channel"))
        ) { call in
            let (id, project): (ID<Channel>, _) = (try call.id(), try call.project())
            let isDisabled = try call.read(SwitchRequest.self).disabled
            let channel = try call.change { tx in
                let channel = try call.services.channels.disable(
                    id, isDisabled, ifMatch: call.versionMatch, project: project, in: tx)
                return (channel, channel.entry(isDisabled ? "channel.disable" : "channel.enable"))
            }
            return .json(.object(channel.members(project: try call.projectKey())), version: channel.version)
        },
        Route(
            .put, "/api/v1/channels/{id}", .project(.manageChannels, .owner(.channel)), "Replace a channel",
            body: .json(ChannelKinds.replaceShape), answer: AnswerDoc(200, "The channel.", .one("Channel"))
        ) { call in
            let id: ID<Channel> = try call.id()
            let project = try call.project()
            let saved = try call.change { tx in
                let saved = try call.services.channels.update(
                    id, ChannelDraft(call.body), ifMatch: call.versionMatch, project: project, in: tx)
                return (saved, saved.record.entry("channel.change"))
            }
            return .json(saved.json(project: try call.projectKey()), version: saved.record.version)
        },
        Route(
            .delete, "/api/v1/channels/{id}", .project(.manageChannels, .owner(.channel)), "Delete a channel",
            answer: AnswerDoc(204, "Deleted.")
        ) { call in
            let id: ID<Channel> = try call.id()
            let project = try call.project()
            try call.change { tx in
                try call.services.channels.delete(id, ifMatch: call.versionMatch, project: project, in: tx)
                return ((), AuditEntry("channel.delete", "channel", id.description, project: project))
            }
            return .empty
        },
        Route(
            .post, "/api/v1/channels/{id}/test", .project(.manageChannels, .owner(.channel)),
            "Send a test message", answer: AnswerDoc(202, "The notification, which says how it went.", .object)
        ) { call in
            let id: ID<Channel> = try call.id()
            let project = try call.project()
            let notification = try call.change { tx in
                let notification = try call.services.channels.test(id, project: project, in: tx)
                return (notification, AuditEntry("channel.test", "channel", id.description, project: project))
            }
            return .json(["notification": .id(notification)], status: 202)
        },
        Route(
            .get, "/api/v1/notifications", .project(.read, .query), "List what was sent to channels",
            query: [.project, QueryParameter("channel", .id, "Only this channel.")] + QueryParameter.paging,
            answer: AnswerDoc(200, "Notifications, newest first.", .page("Notification"))
        ) { call in
            let project = try call.project()
            let channel = call.query.text("channel").flatMap { ID<Channel>($0) }
            return try call.page(
                newestFirst: {
                    try call.services.notifications.list(project: project, channel: channel, before: $0, limit: $1)
                }, id: \.id, \.json)
        },
        Route(
            .post, "/api/v1/notifications/{id}/retry", .project(.manageChannels, .owner(.notification)),
            "Send a notification again", answer: AnswerDoc(202, "Queued.")
        ) { call in
            let id: ID<Notification> = try call.id()
            let project = try call.project()
            try call.change { tx in
                try call.services.notifications.sendAgain(id, project: project, in: tx)
                return ((), AuditEntry("notification.retry", "notification", id.description, project: project))
            }
            return Response(status: 202)
        },
    ]
}

extension ChannelRecord {
    /// The target holds credentials, so only name and kind are kept.
    fileprivate func entry(_ action: String) -> AuditEntry {
        AuditEntry(
            action, "channel", id.description, project: project,
            after: ["name": .string(name), "kind": .string(kind)])
    }
}
