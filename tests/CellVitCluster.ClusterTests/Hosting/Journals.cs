using System.Collections.Concurrent;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>The databases that hold journals.</summary>
public enum JournalKind
{
    /// <summary>A file in the test's folder.</summary>
    Sqlite,

    /// <summary>A database of its own on the tests' server.</summary>
    PostgreSql,
}

/// <summary>Journals for tests; a folder keeps its journal, so that a second node in it finds what the first one left.</summary>
internal static class Journals
{
    private static readonly Lazy<PostgreSqlServer> Server = new(() => new PostgreSqlServer());
    private static readonly ConcurrentDictionary<string, Lazy<JournalLocation>> Databases = new(StringComparer.Ordinal);

    /// <summary>Every kind, for theories.</summary>
    public static TheoryData<JournalKind> All => [.. Enum.GetValues<JournalKind>()];

    /// <summary>The journal of a folder.</summary>
    public static JournalLocation Of(TemporaryFolder folder, JournalKind kind) => kind == JournalKind.Sqlite
        ? JournalLocation.Sqlite(folder.File("journal.db"))
        : Databases.GetOrAdd(
            folder.Path,
            _ => new Lazy<JournalLocation>(() => JournalLocation.PostgreSql(Server.Value.CreateDatabase("t" + Guid.NewGuid().ToString("N"))))).Value;
}
