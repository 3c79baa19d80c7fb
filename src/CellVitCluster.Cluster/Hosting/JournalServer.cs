using System.Net.Sockets;
using CellVitCluster.Domain.Errors;
using Npgsql;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>The journal of many machines: a database on a PostgreSQL server.</summary>
internal static class JournalServer
{
    /// <summary>Checks that the server lets us in, so that a wrong password ends the node with a sentence instead of a retry for ever.</summary>
    /// <returns>Connection string for the journal plugin.</returns>
    /// <exception cref="StoreException">The server does not answer or refuses.</exception>
    public static string Prepare(string connectionString)
    {
        try
        {
            using var connection = new NpgsqlConnection(connectionString);
            connection.Open();
            return connectionString;
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or TimeoutException)
        {
            throw new StoreException(
                ErrorCode.JournalUnavailable,
                $"The journal on {NameOf(connectionString)} cannot be opened.",
                $"PostgreSQL says: {exception.Message.ReplaceLineEndings(" ")}.",
                "Check that the server runs, that the database exists, and that user and password are right.",
                exception);
        }
    }

    /// <summary>The server for people: everything but the password.</summary>
    public static string NameOf(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return FormattableString.Invariant($"PostgreSQL server {builder.Host}:{builder.Port}, database '{builder.Database ?? builder.Username}', user '{builder.Username}'");
    }
}
