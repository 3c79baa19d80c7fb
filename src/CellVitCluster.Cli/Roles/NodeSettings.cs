using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Cli.Roles;

/// <summary>Everything that a node is told, checked.</summary>
internal sealed record NodeSettings
{
    /// <summary>Names of all settings: options of the command, keys of the file, and with <c>CELLVIT_</c> variables of the environment.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "roles", "data", "host", "port", "public-host", "public-port", "seed", "seed-dns", "seed-count", "min-coordinators", "journal", "model", "device",
        "precision", "workers", "max-active", "min-free-mb", "join-timeout", "drain-timeout", "log-level", "http-host", "http-port", "slide-root", "output-root",
    ];

    /// <summary>Folder of the node's logs and, without <c>--journal</c>, of its journal; absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The node in its cluster.</summary>
    public required ClusterNodeOptions Cluster { get; init; }

    /// <summary>Model of the workers; null for the starter model.</summary>
    public string? Model { get; init; }

    /// <summary>Device of the workers.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Number format of the workers; null for the device's default.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Number of workers.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The HTTP server; null for a node without the role <c>api</c>.</summary>
    public ApiOptions? Api { get; init; }

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="commandLine">Values of the command line.</param>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="file">Configuration file, or null.</param>
    /// <exception cref="ConfigurationException">Something is wrong; the text lists everything that is.</exception>
    public static NodeSettings Read(Func<string, IReadOnlyList<string>?> commandLine, Func<string, string?> environment, string? file)
    {
        var problems = new List<string>();
        var layers = new List<SettingsLayer> { new(name => "--" + name, commandLine), SettingsLayer.Environment(environment) };
        if (file is not null)
        {
            layers.Add(SettingsLayer.File(file, Names, problems));
        }

        NodeSettings settings = Read(new SettingsReader(layers, problems), problems);
        return problems.Count == 0
            ? settings
            : throw new ConfigurationException(
                "The node cannot start.", string.Join("; ", problems) + ".", "Correct the settings; 'cellvit node --help' shows them all.");
    }

    private static NodeSettings Read(SettingsReader reader, List<string> problems)
    {
        string data = Path.GetFullPath(reader.Text("data") ?? "cellvit-data");
        IReadOnlyList<string> roles = reader.ReadAll("roles", role => NodeRoles.Known.FirstOrDefault(known => known == role), $"among {string.Join(", ", NodeRoles.Known)}");
        roles = roles.Count == 0 ? NodeRoles.All : [.. roles.Distinct(StringComparer.Ordinal)];
        string host = reader.Text("host") ?? "127.0.0.1";
        SeedDns? dns = ReadDns(reader, problems);
        IReadOnlyList<SeedAddress> seeds = reader.ReadAll("seed", SeedAddress.TryParse, "HOST:PORT");
        if (dns is not null && seeds.Count > 0)
        {
            problems.Add("--seed and --seed-dns exclude each other");
        }

        return new NodeSettings
        {
            DataDirectory = data,
            Model = reader.Text("model"),
            Device = reader.Text("device") ?? "auto",
            Precision = reader.Read<Precision?>(
                "precision", null, name => Precisions.Names.Contains(name, StringComparer.Ordinal) ? (true, Precisions.Parse(name)) : default, string.Join(", ", Precisions.Names)),
            Workers = reader.Number("workers", 1, 1, 64),
            Api = roles.Contains(NodeRoles.Api, StringComparer.Ordinal) ? ReadApi(reader, data, problems) : null,
            Cluster = new ClusterNodeOptions
            {
                Roles = roles,
                Host = host,
                Port = reader.Number("port", SeedAddress.DefaultPort, 0, 65535),
                PublicHost = reader.Text("public-host") ?? (IPAddress.TryParse(host, out IPAddress? any) && any.Equals(IPAddress.Any) ? OwnAddress() : null),
                PublicPort = reader.Text("public-port") is null ? null : reader.Number("public-port", 0, 1, 65535),
                LogsDebug = reader.Read("log-level", false, level => level is "info" or "debug" ? (true, level == "debug") : default, "info or debug"),
                Seeds = seeds,
                SeedDns = dns,
                MinCoordinators = reader.Number("min-coordinators", 1, 1, 99),
                Journal = ReadJournal(reader, data, problems),
                Admission = new AdmissionOptions
                {
                    MaxActiveRuns = reader.Number("max-active", 4, 1, 100_000),
                    MinFreeBytes = (long)reader.Number("min-free-mb", 2048, 0, int.MaxValue) << 20,
                },
                Timings = new ClusterTimings
                {
                    Join = TimeSpan.FromSeconds(reader.Number("join-timeout", 60, 1, 86400)),
                    Drain = TimeSpan.FromSeconds(reader.Number("drain-timeout", 10, 0, 86400)),
                },
            },
        };
    }

    private static SeedDns? ReadDns(SettingsReader reader, List<string> problems)
    {
        int count = reader.Number("seed-count", 0, 1, 99);
        SeedAddress? name = reader.Read("seed-dns", null, text => SeedAddress.TryParse(text) is { } address ? (true, address) : default, "NAME or NAME:PORT");
        if (name is null == count > 0)
        {
            problems.Add("--seed-dns and --seed-count belong together: a name, and how many coordinators are meant to stand behind it");
        }

        return name is null || count == 0 ? null : new SeedDns(name.Host, name.Port, count);
    }

    private static ApiOptions ReadApi(SettingsReader reader, string data, List<string> problems)
    {
        IReadOnlyList<string> slides = reader.Texts("slide-root");
        if (slides.Count == 0)
        {
            problems.Add("--slide-root is missing: a node with the role api must be told which folders its clients may name slides in");
        }

        return new ApiOptions
        {
            Host = reader.Text("http-host") ?? ApiOptions.DefaultHost,
            Port = reader.Number("http-port", ApiOptions.DefaultPort, 0, 65535),
            SlideRoots = [.. slides.Select(Path.GetFullPath)],
            OutputRoot = Path.GetFullPath(reader.Text("output-root") ?? Path.Combine(data, "stores")),
            ModelRoots = [ModelFolders.Shipped, ModelFolders.User],
        };
    }

    private static JournalLocation? ReadJournal(SettingsReader reader, string data, List<string> problems)
    {
        try
        {
            return reader.Text("journal") is string text ? JournalLocation.Parse(text) : JournalLocation.Sqlite(Path.Combine(data, "journal.db"));
        }
        catch (ConfigurationException exception)
        {
            problems.Add($"--journal: {exception.Why.TrimEnd('.')} ({exception.Remedy.TrimEnd(' ', '.')})");
            return null;
        }
    }

    /// <summary>The first address of this machine that others can reach; null on a machine without network.</summary>
    private static string? OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)?
        .ToString();
}
