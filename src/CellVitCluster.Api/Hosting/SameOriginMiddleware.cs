using System.Net;
using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CellVitCluster.Api.Hosting;

/// <summary>
/// Refuses what a web page of another origin makes a browser on this machine send: there are no accounts, so that reaching the port would be
/// enough. A server on loopback also refuses foreign host names, which a page can have resolved to 127.0.0.1.
/// </summary>
internal sealed class SameOriginMiddleware(RequestDelegate next, ApiOptions options)
{
    private readonly bool _loopback = string.Equals(options.Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(options.Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Lets the request through, or refuses it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        if (_loopback && !IsLoopback(host))
        {
            throw Foreign($"The request names the host '{host}', but this server is for programs on this machine.");
        }

        foreach (string? origin in context.Request.Headers.Origin)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
                || !string.Equals(uri.Authority, context.Request.Host.Value, StringComparison.OrdinalIgnoreCase))
            {
                throw Foreign($"It comes from a page of '{origin}'.");
            }
        }

        return next(context);
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    private static CellVitException Foreign(string why) =>
        new(ErrorCode.OriginForbidden, "The request is refused.", why, "Call the service directly, under the address it listens on.");
}
