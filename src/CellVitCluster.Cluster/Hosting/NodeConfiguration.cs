using System.Globalization;
using System.Text;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Settings of the actor system, with the reason for each that differs from Akka's default.</summary>
internal static class NodeConfiguration
{
    /// <summary>HOCON of a node.</summary>
    /// <param name="options">What the node is.</param>
    /// <param name="connectionString">Its journal, prepared; null for a node without one.</param>
    public static string For(ClusterNodeOptions options, string? connectionString) => string.Join(
        '\n',
        Fixed,
        Timed(options.Timings),
        FormattableString.Invariant($$"""
            akka.cluster.app-version = "{{options.Version.AppVersion}}"
            akka.cluster.role.{{NodeRoles.Coordinator}}.min-nr-of-members = {{options.MinCoordinators}}
            """),
        connectionString is null ? string.Empty : Persistence(connectionString, options.Journal!.ProviderName));

    private static string Persistence(string connectionString, string provider) => $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            auto-start-journals = ["akka.persistence.journal.sql"]
            sql { connection-string = {{Quote(connectionString)}}, provider-name = "{{provider}}", auto-initialize = true }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql { connection-string = {{Quote(connectionString)}}, provider-name = "{{provider}}", auto-initialize = true }
          }
        }
        """;

    private static string Timed(ClusterTimings timings) => $$"""
        akka.cluster {
          failure-detector { heartbeat-interval = {{Text(timings.Heartbeat)}}, acceptable-heartbeat-pause = {{Text(timings.HeartbeatPause)}}, threshold = 8.0 }
          split-brain-resolver { stable-after = {{Text(timings.StableAfter)}}, down-all-when-unstable = {{Text(timings.DownAllWhenUnstable)}} }
          seed-node-timeout = {{Text(timings.SeedAnswer)}}
          shutdown-after-unsuccessful-join-seed-nodes = {{Text(timings.Join)}}
        }
        akka.persistence.journal-plugin-fallback.circuit-breaker {
          max-failures = 10, call-timeout = {{Text(timings.JournalCall)}}, reset-timeout = {{Text(timings.JournalReset)}}
        }
        akka.persistence.snapshot-store-plugin-fallback.circuit-breaker {
          max-failures = 5, call-timeout = {{Text(timings.JournalCall)}}, reset-timeout = {{Text(timings.JournalReset)}}
        }
        akka.coordinated-shutdown.phases.service-requests-done.timeout = {{Text(timings.Drain + WorkerDrain.Margin)}}
        """;

    private static string Text(TimeSpan span) => ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";

    /// <summary>A HOCON string: passwords may hold any character.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c is '"' or '\\' or < ' ' ? quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private const string Fixed = """
        # Standard output belongs to the command; logs go through the logger factory.
        akka.stdout-loglevel = "OFF"
        # Signals come to the command, which stops the host and with it the actor system. Akka would listen for SIGTERM, too: the command then
        # ends while the command line still handles the same signal, which can take the process down with exit code 134.
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        # Every tick wakes the process up, also when it has nothing to do; nothing here is timed more finely.
        akka.scheduler.tick-duration = 30ms
        # A message type without a serializer of ours is a mistake; never fall back to a polymorphic one.
        akka.actor.serialization-settings.allow-unregistered-types = false
        # Messages are claim checks of at most 64 KiB; a small frame makes a mistake fail loudly.
        akka.remote.dot-netty.tcp { maximum-frame-size = 1MiB, send-buffer-size = 2MiB, receive-buffer-size = 2MiB }
        # Every retry to a dead node would be a warning; the cluster itself says who is unreachable.
        akka.remote { log-frame-size-exceeding = 200000b, retry-gate-closed-for = 1s, log-remote-lifecycle-events = off }
        akka.cluster {
          down-removal-margin = off
          # Between the loss of a node and its removal every one of these is waited for, some more than once; a second each by default.
          gossip-interval = 500ms, leader-actions-interval = 500ms, unreachable-nodes-reaper-interval = 500ms
          # A node that is started again at once is let in only when its predecessor at the same address has been removed.
          retry-unsuccessful-join-after = 2s
          # Only coordinators decide about a split: losing all workers must not take the control plane down.
          split-brain-resolver { active-strategy = keep-majority, keep-majority { role = coordinator } }
          singleton { hand-over-retry-interval = 200ms }
          # The proxy complains at its first look already; a node without coordinators is no member of a cluster anyway.
          singleton-proxy { singleton-identification-interval = 100ms, log-singleton-identification-failure = off }
          sharding {
            distributed-data.durable.keys = []
            retry-interval = 200ms
            waiting-for-state-timeout = 500ms
            updating-state-timeout = 15s
            coordinator-failure-backoff = 1s
            shard-failure-backoff = 2s
            entity-restart-backoff = 2s
            # 1.5.73 can stall in a hand-off until this timeout.
            handoff-timeout = 20s
          }
        }
        """;
}
