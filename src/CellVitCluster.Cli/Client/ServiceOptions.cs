using System.CommandLine;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Client;

/// <summary>Where the service is and how long to wait for it.</summary>
/// <param name="Server">Base address.</param>
/// <param name="Wait">How long a server that does not answer is waited for.</param>
internal sealed record ServiceOptions(Uri Server, TimeSpan Wait)
{
    /// <summary>Environment variable with the address.</summary>
    public const string Variable = "CELLVIT_SERVER";

    private const int DefaultWaitSeconds = 30;

    /// <summary>The option <c>--server</c>.</summary>
    public static Option<string?> ServerOption() => new("--server")
    {
        Description = FormattableString.Invariant($"Address of the service. Default: {Variable}, else http://{ApiOptions.DefaultHost}:{ApiOptions.DefaultPort}"),
        HelpName = "URL",
    };

    /// <summary>The option <c>--wait</c>.</summary>
    public static Option<int> WaitOption()
    {
        var option = new Option<int>("--wait")
        {
            Description = FormattableString.Invariant($"How long to wait for a service that restarts or cannot be reached. Default: {DefaultWaitSeconds}"),
            HelpName = "SECONDS",
            DefaultValueFactory = _ => DefaultWaitSeconds,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 0 or > 86400)
            {
                result.AddError("--wait must lie between 0 and 86400 seconds.");
            }
        });
        return option;
    }

    /// <summary>From the values of the two options.</summary>
    /// <exception cref="ConfigurationException">The address is none.</exception>
    public static ServiceOptions From(string? server, int waitSeconds)
    {
        string address = server is { Length: > 0 } ? server
            : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } stated ? stated
            : FormattableString.Invariant($"http://{ApiOptions.DefaultHost}:{ApiOptions.DefaultPort}");
        return Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? new ServiceOptions(uri, TimeSpan.FromSeconds(waitSeconds))
            : throw new ConfigurationException(
                $"'{address}' is no address of a service.", "Expected http://HOST:PORT or https://HOST:PORT.", $"Correct --server or {Variable}.");
    }
}
