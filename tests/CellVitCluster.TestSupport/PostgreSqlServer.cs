using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CellVitCluster.TestSupport;

/// <summary>
/// A PostgreSQL server of its own on loopback, from Debian's package, with its data in a temporary folder and its writes synced as in
/// production. Can be stopped and started again in the middle of a test. Ends with <see cref="Dispose"/>, at the latest when the process of the
/// tests ends, however it does.
/// </summary>
public sealed class PostgreSqlServer : IDisposable
{
    private const string User = "postgres";

    private static readonly string Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture)).First() + "/bin"
        : throw new InvalidOperationException("PostgreSQL is missing. Install it: sudo apt-get install postgresql");

    private readonly string _folder = Directory.CreateTempSubdirectory("cellvit-postgresql-").FullName;
    private readonly int _port = FreePort();
    private readonly Process _undertaker;
    private bool _disposed;

    /// <summary>Creates the server and starts it.</summary>
    public PostgreSqlServer()
    {
        if (IsRoot)
        {
            // The server refuses to run as root.
            Run("chown", User, _folder);
        }

        _undertaker = StartUndertaker();
        RunAsOwner(Path.Combine(Programs, "initdb"), "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions");
        Start();
    }

    private static bool IsRoot => string.Equals(Environment.UserName, "root", StringComparison.Ordinal);

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Creates an empty database.</summary>
    /// <returns>Connection string.</returns>
    public string CreateDatabase(string name)
    {
        Run(Path.Combine(Programs, "createdb"), "-h", "127.0.0.1", "-p", Text(_port), "-U", User, name);
        return FormattableString.Invariant($"Host=127.0.0.1;Port={_port};Username={User};Password=open-sesame;Database={name};Timeout=5;Command Timeout=10");
    }

    /// <summary>Starts the server after <see cref="Stop"/>; returns when it answers.</summary>
    public void Start() => RunAsOwner(
        Path.Combine(Programs, "pg_ctl"), "-D", Data, "-w", "-t", "120", "-l", Path.Combine(_folder, "log"),
        "-o", FormattableString.Invariant($"-p {_port} -h 127.0.0.1 -k '' -c max_connections=300"), "start");

    /// <summary>Ends the server as a crash would: connections break, nothing is tidied up.</summary>
    public void Stop() => RunAsOwner(Path.Combine(Programs, "pg_ctl"), "-D", Data, "-m", "immediate", "stop");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _undertaker.StandardInput.Close();
        _undertaker.Dispose();
    }

    /// <summary>
    /// A process of its own that waits for the end of its input, which comes with the end of this process even when that is killed, and then
    /// removes the server.
    /// </summary>
    private Process StartUndertaker()
    {
        const string Script = """
            exec >/dev/null 2>&1
            read -r _
            "$@"
            rm -rf "$0"
            """;
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false, RedirectStandardInput = true };
        foreach (string argument in (string[])["--fork", "sh", "-c", Script, _folder, .. AsOwner(Path.Combine(Programs, "pg_ctl"), "-D", Data, "-m", "immediate", "stop")])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static string[] AsOwner(params string[] command) =>
        IsRoot ? ["setpriv", "--reuid", User, "--regid", User, "--clear-groups", .. command] : command;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void RunAsOwner(params string[] command)
    {
        string[] line = AsOwner(command);
        Run(line[0], line[1..]);
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var output = new ConcurrentQueue<string?>();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {string.Join(' ', output)}");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
