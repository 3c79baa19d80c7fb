namespace CellVitCluster.Cluster.Hosting;

/// <summary>Settings of the actor system, with the reason for each that differs from Akka's default.</summary>
internal static class NodeConfiguration
{
    /// <summary>HOCON for a node with an SQLite journal.</summary>
    public static string For(string connectionString) =>
        Fixed + "\n" + $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            auto-start-journals = ["akka.persistence.journal.sql"]
            sql { connection-string = "{{connectionString}}", provider-name = "SQLite.MS", auto-initialize = true }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql { connection-string = "{{connectionString}}", provider-name = "SQLite.MS", auto-initialize = true }
          }
        }
        """;

    private const string Fixed = """
        # Standard output belongs to the command; logs go through the logger factory.
        akka.stdout-loglevel = "OFF"
        # A message type without a serializer of ours is a mistake; never fall back to a polymorphic one.
        akka.actor.serialization-settings.allow-unregistered-types = false
        # Messages are claim checks of at most 64 KiB; a small frame makes a mistake fail loudly.
        akka.remote.dot-netty.tcp { maximum-frame-size = 1MiB, send-buffer-size = 2MiB, receive-buffer-size = 2MiB }
        akka.remote { log-frame-size-exceeding = 200000b, retry-gate-closed-for = 1s }
        akka.cluster {
          # Five seconds: nodes that run native code on all cores answer heartbeats late.
          failure-detector { heartbeat-interval = 1s, acceptable-heartbeat-pause = 5s, threshold = 8.0 }
          down-removal-margin = off
          # Only coordinators decide about a split: losing all workers must not take the control plane down.
          split-brain-resolver { active-strategy = keep-majority, stable-after = 5s, keep-majority { role = coordinator } }
          singleton { hand-over-retry-interval = 200ms }
          singleton-proxy { singleton-identification-interval = 100ms }
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
        # The journal may be busy for seconds on a loaded laptop disk; come back quickly when it answers again.
        akka.persistence.journal-plugin-fallback.circuit-breaker { max-failures = 10, call-timeout = 20s, reset-timeout = 5s }
        akka.persistence.snapshot-store-plugin-fallback.circuit-breaker { max-failures = 5, call-timeout = 20s, reset-timeout = 5s }
        """;
}
