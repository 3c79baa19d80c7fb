using System.Globalization;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>Where a node listens, as the others write it.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port, 1 to 65535.</param>
public sealed record SeedAddress(string Host, int Port)
{
    /// <summary>Port of a node when nothing else is said.</summary>
    public const int DefaultPort = 4053;

    /// <summary>Reads <c>HOST:PORT</c>, <c>HOST</c> or <c>[IPv6]:PORT</c>; null when the text is none of them.</summary>
    public static SeedAddress? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = DefaultPort;
        bool valid = host.Length > 0
            && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && (!hasPort || (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536));
        return valid ? new SeedAddress(host, port) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Host}:{Port}");
}
