using System.Net;
using System.Net.Sockets;

namespace CellVitCluster.Cluster.Hosting;

/// <summary>
/// Finds the seeds behind a name. Everybody must come to the same list, because the first of it founds the cluster: the addresses are
/// sorted, there must be as many as were announced, and two looks in a row must agree. A node that acted on a part of the list could found
/// a second cluster that never meets the first.
/// </summary>
/// <param name="resolve">Addresses of a name; throws <see cref="SocketException"/> while there is none.</param>
/// <param name="time">Clock.</param>
public sealed class SeedDiscovery(Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Looks until the list is complete and stands still.</summary>
    /// <returns>The seeds; the first one founds the cluster.</returns>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<IReadOnlyList<SeedAddress>> FindAsync(SeedDns dns, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(dns);
        IReadOnlyList<string> last = [];
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            IReadOnlyList<string> found = await LookAsync(dns.Name, cancellation);
            if (found.Count >= dns.Count && found.SequenceEqual(last, StringComparer.Ordinal))
            {
                return [.. found.Select(host => new SeedAddress(host, dns.Port))];
            }

            last = found;
        }
        while (await timer.WaitForNextTickAsync(cancellation));

        throw new OperationCanceledException(cancellation);
    }

    private async Task<IReadOnlyList<string>> LookAsync(string name, CancellationToken cancellation)
    {
        try
        {
            IPAddress[] addresses = await resolve(name, cancellation);

            // A service with two families gives every node two addresses; each node has one name only.
            AddressFamily family = addresses.Any(a => a.AddressFamily == AddressFamily.InterNetwork) ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
            return
            [
                .. addresses.Where(a => a.AddressFamily == family)
                    .OrderBy(a => Convert.ToHexString(a.GetAddressBytes()), StringComparer.Ordinal)
                    .Select(a => a.ToString())
                    .Distinct(StringComparer.Ordinal),
            ];
        }
        catch (SocketException)
        {
            // The name appears with the first node behind it.
            return [];
        }
    }
}
