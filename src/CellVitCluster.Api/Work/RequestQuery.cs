using System.Globalization;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CellVitCluster.Api.Work;

/// <summary>Reads the parameters of queries.</summary>
internal static class RequestQuery
{
    /// <summary>A whole number.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="missing">Value when it is not given.</param>
    /// <param name="maximum">Largest value that may be asked for.</param>
    /// <exception cref="ConfigurationException">It is no number from 0 to <paramref name="maximum"/>.</exception>
    public static long Number(HttpRequest request, string name, long missing, long maximum)
    {
        string? text = request.Query[name];
        if (string.IsNullOrEmpty(text))
        {
            return missing;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= maximum
            ? value
            : throw new ConfigurationException(
                $"The parameter '{name}' cannot be used.",
                FormattableString.Invariant($"It is '{text}', expected a whole number from 0 to {maximum}."),
                "Correct it, or leave it out.");
    }

    /// <summary>A phase, or null when it is not given.</summary>
    /// <exception cref="ConfigurationException">There is no phase of that name.</exception>
    public static RunPhase? Phase(HttpRequest request)
    {
        string? text = request.Query["phase"];
        return string.IsNullOrEmpty(text)
            ? null
            : PhaseName.Parse(text) ?? throw new ConfigurationException(
                "The parameter 'phase' cannot be used.", $"It is '{text}', expected one of {string.Join(", ", PhaseName.All)}.", "Correct it, or leave it out.");
    }
}
