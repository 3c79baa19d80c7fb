namespace CellVitCluster.TestSupport.Chaos;

/// <summary>A PostgreSQL server of its own that can crash and come back.</summary>
public sealed class PostgresDatabase : IClusterDatabase
{
    private readonly PostgreSqlServer _server = new();
    private readonly string _connection;

    /// <summary>Starts the server and makes an empty database.</summary>
    public PostgresDatabase() => _connection = _server.CreateDatabase("chaos");

    /// <inheritdoc/>
    public string Journal => $"postgresql:{_connection}";

    /// <inheritdoc/>
    public async Task OutageAsync(TimeSpan length)
    {
        await Task.Run(_server.Stop);
        await Task.Delay(length);
        await Task.Run(_server.Start);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
