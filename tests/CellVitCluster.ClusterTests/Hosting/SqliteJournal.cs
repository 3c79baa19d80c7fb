using Akka.Configuration;
using Akka.Persistence.Sql;
using CellVitCluster.Cluster.Hosting;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>Settings of an actor system that has nothing of a node but its journal.</summary>
internal static class SqliteJournal
{
    /// <summary>A journal in a file, which is made if it is not there.</summary>
    public static Config Configuration(string path)
    {
        string connectionString = JournalFile.Prepare(path);
        return ConfigurationFactory.ParseString(
            $$"""
            akka.loglevel = ERROR
            akka.actor {
              serializers { cellvit = "CellVitCluster.Cluster.Serialization.ClusterMessageSerializer, CellVitCluster.Cluster" }
              serialization-bindings { "CellVitCluster.Cluster.Serialization.IClusterMessage, CellVitCluster.Cluster" = cellvit }
              serialization-identifiers { "CellVitCluster.Cluster.Serialization.ClusterMessageSerializer, CellVitCluster.Cluster" = 4711 }
            }
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql { connection-string = "{{connectionString}}", provider-name = "SQLite.MS", auto-initialize = true }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql { connection-string = "{{connectionString}}", provider-name = "SQLite.MS", auto-initialize = true }
              }
            }
            """).WithFallback(SqlPersistence.DefaultConfiguration);
    }
}
