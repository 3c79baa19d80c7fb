using System.Reflection;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Who a node says it is when it joins.</summary>
/// <param name="Number">Version of the program.</param>
/// <param name="Build">Eight hexadecimal digits that change with the code, so that two builds of one version can be told apart.</param>
/// <param name="Protocol">
/// Number of the wire protocol. Nodes of different protocols do not form a cluster; it grows only when two builds cannot work together
/// at all. Added messages and keys do not change it.
/// </param>
public sealed record NodeVersion(string Number, string Build, int Protocol)
{
    /// <summary>Wire protocol of this code.</summary>
    public const int WireProtocol = 1;

    /// <summary>This program.</summary>
    public static NodeVersion Current { get; } = Read(typeof(NodeVersion).Assembly);

    /// <summary>
    /// Version and build in the form that members show each other: three numbers, then <c>-</c> or <c>+</c> and the rest without dots,
    /// which is all that the cluster can compare.
    /// </summary>
    public string AppVersion
    {
        get
        {
            int rest = Number.IndexOfAny(['-', '+']);
            return rest < 0 ? $"{Number}+{Build}" : $"{Number[..rest]}{Number[rest..].Replace('.', '-')}+{Build}";
        }
    }

    /// <summary>What a node says about itself before it joins.</summary>
    internal NodeIdentity Identity => new(Protocol, RunIdExtractor.ShardCount, Number, Build);

    /// <inheritdoc/>
    public override string ToString() => $"{Number} (build {Build}, wire protocol {Protocol})";

    private static NodeVersion Read(Assembly assembly) => new(
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0",
        assembly.ManifestModule.ModuleVersionId.ToString("N")[..8],
        WireProtocol);
}
