using Microsoft.Data.Sqlite;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>An SQLite file that all nodes of one machine share. It cannot be away; it can be locked by somebody who does not let go.</summary>
/// <param name="path">The file.</param>
public sealed class SqliteDatabase(string path) : IClusterDatabase
{
    /// <inheritdoc/>
    public string Journal => $"sqlite:{path}";

    /// <inheritdoc/>
    public async Task OutageAsync(TimeSpan length)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        await Task.Delay(length);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
