using CellVitCluster.Domain.Errors;
using Npgsql;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Which database holds the facts. The text of the connection may hold a password and is shown nowhere.</summary>
public sealed class JournalLocation
{
    private const string SqlitePrefix = "sqlite:";
    private const string PostgreSqlPrefix = "postgresql:";

    private readonly string _target;

    private JournalLocation(bool isPostgreSql, string target)
    {
        IsPostgreSql = isPostgreSql;
        _target = target;
    }

    /// <summary>Whether it is a PostgreSQL server; otherwise it is an SQLite file.</summary>
    public bool IsPostgreSql { get; }

    /// <summary>Name of the database's dialect as the journal plugin knows it.</summary>
    internal string ProviderName => IsPostgreSql ? "PostgreSQL.15" : "SQLite.MS";

    /// <summary>A file for the processes of one machine; its directory must exist.</summary>
    public static JournalLocation Sqlite(string path) => new(isPostgreSql: false, path);

    /// <summary>A server for the coordinators of many machines.</summary>
    /// <param name="connectionString">As Npgsql reads it, for example <c>Host=db;Database=cellvit;Username=cellvit;Password=…</c>.</param>
    /// <exception cref="ConfigurationException">The text is no connection string; the message does not repeat it.</exception>
    public static JournalLocation PostgreSql(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            if (!string.IsNullOrEmpty(builder.Host))
            {
                return new JournalLocation(isPostgreSql: true, builder.ToString());
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The reason may quote a part of the text, which may be the password.
        }

        throw new ConfigurationException(
            "The journal's PostgreSQL connection cannot be used.",
            "Its text is no connection string with at least a host.",
            "Write postgresql:Host=SERVER;Database=NAME;Username=USER;Password=… .");
    }

    /// <summary>Reads <c>sqlite:PATH</c> or <c>postgresql:CONNECTIONSTRING</c>.</summary>
    /// <exception cref="ConfigurationException">It is neither.</exception>
    public static JournalLocation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase) && text.Length > SqlitePrefix.Length)
        {
            return Sqlite(Path.GetFullPath(text[SqlitePrefix.Length..]));
        }

        return text.StartsWith(PostgreSqlPrefix, StringComparison.OrdinalIgnoreCase)
            ? PostgreSql(text[PostgreSqlPrefix.Length..])
            : throw new ConfigurationException(
                "The journal cannot be used.", "It names neither an SQLite file nor a PostgreSQL server.", "Write sqlite:PATH or postgresql:Host=…;Database=…;Username=… .");
    }

    /// <summary>Makes the database ready; must happen before the actor system opens it.</summary>
    /// <returns>Connection string for the journal plugin.</returns>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    internal string Prepare() => IsPostgreSql ? JournalServer.Prepare(_target) : JournalFile.Prepare(_target);

    /// <inheritdoc/>
    public override string ToString() => IsPostgreSql ? JournalServer.NameOf(_target) : $"SQLite file '{_target}'";
}
