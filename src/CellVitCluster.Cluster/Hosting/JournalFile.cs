using CellVitCluster.Domain.Errors;
using Microsoft.Data.Sqlite;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>The embedded journal: one SQLite file.</summary>
public static class JournalFile
{
    /// <summary>
    /// Creates the file if needed and switches it to write-ahead logging, which must happen before the actor system opens it: with the
    /// default mode a hundred actors time each other out. The switch is a persistent property of the file.
    /// </summary>
    /// <returns>Connection string for the journal plugin.</returns>
    /// <exception cref="StoreException">The file cannot be created or is no database.</exception>
    public static string Prepare(string path)
    {
        string connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL";
            command.ExecuteNonQuery();
            return connectionString;
        }
        catch (SqliteException exception)
        {
            throw new StoreException(
                ErrorCode.OutputNotWritable,
                $"The journal '{path}' cannot be opened.",
                $"SQLite says: {exception.Message}",
                "Check that the folder is writable and has free space; if the file is damaged, delete it (finished tiles are found again).",
                exception);
        }
    }
}
