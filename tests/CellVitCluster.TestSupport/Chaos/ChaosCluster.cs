using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>Node processes behind a faulty network. Keeps them running: one that ends is started again, as a supervisor would.</summary>
public sealed class ChaosCluster : IAsyncDisposable
{
    private const int Killed = 128 + (int)ProcessSignal.Kill;
    private const int EndedBySignal = 128 + (int)ProcessSignal.Terminate;

    /// <summary>Removed by the others, or no cluster found: a supervisor starts it again.</summary>
    private const int ClusterLost = 5;

    /// <summary>What a coordinator says that is started while the database is away.</summary>
    private const string DatabaseGone = "STO-007";

    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(30);

    private readonly List<Member> _members = [];
    private readonly List<string> _crashes = [];
    private readonly string _data;
    private readonly FaultyNetwork _network;

    /// <summary>Lays out the cluster; starts nothing.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="name">Subfolder for logs and local data.</param>
    /// <param name="journal">Journal of all nodes.</param>
    /// <param name="outputRoot">Where stores go.</param>
    /// <param name="slideRoots">Where slides lie.</param>
    /// <param name="network">The network between the nodes; owned by the caller.</param>
    public ChaosCluster(
        ChaosOptions options, string name, string journal, string outputRoot, IReadOnlyList<string> slideRoots, FaultyNetwork network)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        _data = Path.Combine(options.Folder, name);
        Directory.CreateDirectory(_data);

        var ports = new Dictionary<int, int>();
        int count = options.Coordinators + options.Mergers + options.Workers;
        for (int i = 0; i < count; i++)
        {
            int port = FreePort();
            ports[i] = port;
            _members.Add(new Member(i < options.Coordinators ? "coordinator" : i < options.Coordinators + options.Mergers ? "merger" : "worker", network.OpenDoor(port)));
        }

        string[] seeds = [.. _members.Take(options.Coordinators).SelectMany(m => (string[])["--seed", $"127.0.0.1:{m.PublicPort}"])];
        for (int i = 0; i < count; i++)
        {
            Member member = _members[i];
            List<string> arguments =
            [
                "node",
                "--roles", member.Role == "coordinator" ? "coordinator,api" : member.Role,
                "--data", Path.Combine(_data, FormattableString.Invariant($"{member.Role}-{i}")),
                "--host", "127.0.0.1",
                "--port", ports[i].ToString(CultureInfo.InvariantCulture),
                "--public-port", member.PublicPort.ToString(CultureInfo.InvariantCulture),
                "--journal", journal,
                "--log-level", "debug",
                "--min-coordinators", ((options.Coordinators / 2) + 1).ToString(CultureInfo.InvariantCulture),
                .. seeds,
            ];
            if (member.Role == "coordinator")
            {
                member.HttpPort = FreePort();
                arguments.AddRange(["--http-port", member.HttpPort.ToString(CultureInfo.InvariantCulture), "--output-root", outputRoot]);
                arguments.AddRange(slideRoots.SelectMany(root => (string[])["--slide-root", root]));
                arguments.AddRange(["--min-free-mb", "8", "--max-active", "8"]);
            }
            else if (member.Role == "worker")
            {
                arguments.AddRange([
                    "--model", FormattableString.Invariant($"paced:{options.TileMilliseconds},{options.Pitch}{(options.ReadPixels ? ",read" : string.Empty)}"),
                    "--workers", options.WorkersPerProcess.ToString(CultureInfo.InvariantCulture)]);
            }

            string folder = Path.Combine(_data, FormattableString.Invariant($"{member.Role}-{i}"));
            Directory.CreateDirectory(folder);
            member.Process = new NodeProcess(
                FormattableString.Invariant($"{member.Role}-{i}"),
                arguments,
                Path.Combine(_data, FormattableString.Invariant($"{member.Role}-{i}.out")),
                options.FirstExecutable);
        }
    }

    /// <summary>Number of nodes.</summary>
    public int Count => _members.Count;

    /// <summary>Addresses of the HTTP surfaces.</summary>
    public IReadOnlyList<Uri> Servers => [.. _members.Where(m => m.HttpPort > 0).Select(m => new Uri(FormattableString.Invariant($"http://127.0.0.1:{m.HttpPort}")))];

    /// <summary>Starts of processes so far.</summary>
    public int Starts => _members.Sum(m => m.Process.Starts);

    /// <summary>Processes of this checkout that ended in no way that a fault explains, a line each; to be read when nobody tends the nodes any more.</summary>
    public IReadOnlyList<string> Crashes => _crashes;

    /// <summary>Log files of all nodes.</summary>
    public IEnumerable<string> Logs => Directory.EnumerateFiles(_data, "*.log", SearchOption.AllDirectories);

    /// <summary>Number of the node with an address as the cluster names it.</summary>
    public int NodeAt(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _members.FindIndex(member => member.PublicPort == address.Port);
    }

    /// <summary>Starts every node.</summary>
    public void Start()
    {
        foreach (Member member in _members)
        {
            member.Process.Start();
        }
    }

    /// <summary>Resident memory of a node in bytes.</summary>
    public long MemoryOf(int node) => _members[node].Process.Memory;

    /// <summary>Processor time of a node since its last start.</summary>
    public TimeSpan ProcessorTimeOf(int node) => _members[node].Process.ProcessorTime;

    /// <summary>Name of a node.</summary>
    public string NameOf(int node) => _members[node].Process.Name;

    /// <summary>
    /// Whether hitting this node leaves a majority of coordinators, which is all that is promised: with fewer, work stops until they are back.
    /// </summary>
    public bool IsExpendable(int node) =>
        _members[node].Role != "coordinator" || _members.Where(m => m.Role == "coordinator").All(m => m.Process.IsAlive && !m.Held);

    /// <summary>Brings about a fault of one node and ends it.</summary>
    public async Task HitAsync(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Member member = _members[fault.Node];
        member.Held = true;
        try
        {
            switch (fault.Kind)
            {
                case FaultKind.Kill:
                    member.Process.Kill();
                    await Task.Delay(fault.Length);
                    break;
                case FaultKind.Freeze:
                    member.Process.Freeze();
                    await Task.Delay(fault.Length);
                    member.Process.Thaw();
                    break;
                case FaultKind.Cut:
                    _network.Isolate(member.PublicPort);
                    await Task.Delay(fault.Length);
                    _network.Heal(member.PublicPort);
                    break;
                case FaultKind.Restart:
                    await member.Process.StopAsync(TimeSpan.FromSeconds(60));
                    await Task.Delay(fault.Length);
                    break;
            }
        }
        finally
        {
            member.Held = false;
        }
    }

    /// <summary>Starts again what has ended and is not held down by a fault.</summary>
    public void Tend()
    {
        foreach (Member member in _members.Where(m => !m.Held && !m.Process.IsAlive))
        {
            if (member.Process is { IsOfCheckout: true, ExitCode: int code and not (0 or ClusterLost or Killed or EndedBySignal) } ended
                && ended.LastError?.Contains(DatabaseGone, StringComparison.Ordinal) != true)
            {
                _crashes.Add(FormattableString.Invariant($"{ended.Name} crashed with {code}: {ended.LastError ?? "no word"}"));
            }

            member.Process.Start();
        }
    }

    /// <summary>Stops every node in order, workers first.</summary>
    /// <returns>Names of nodes that did not end well.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        var bad = new List<string>();
        foreach (Member member in _members.AsEnumerable().Reverse())
        {
            // A process that has not yet come to listening to signals ends by the signal itself, and has nothing to tidy up.
            bool isStarting = member.Process.Age < StartUp;
            int? code = await member.Process.StopAsync(TimeSpan.FromSeconds(60));
            if (code != 0 && !(isStarting && code == EndedBySignal))
            {
                bad.Add($"{member.Process.Name} ended with {code?.ToString(CultureInfo.InvariantCulture) ?? "nothing, it had to be killed"}");
            }
        }

        return bad;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Member member in _members)
        {
            await member.Process.DisposeAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Member(string role, int publicPort)
    {
        public string Role { get; } = role;

        public int PublicPort { get; } = publicPort;

        public int HttpPort { get; set; }

        public NodeProcess Process { get; set; } = null!;

        public volatile bool Held;
    }
}
