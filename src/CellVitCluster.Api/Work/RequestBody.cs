using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CellVitCluster.Api.Work;

/// <summary>Reads JSON bodies so that a fault says where it is.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body.</summary>
    /// <exception cref="ConfigurationException">It is no JSON of that form.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            throw Unusable($"Its content type is '{request.ContentType}', expected application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted) ?? throw Unusable("It is null.");
        }
        catch (JsonException exception)
        {
            throw Unusable($"{exception.Message.TrimEnd('.')}.");
        }
    }

    private static ConfigurationException Unusable(string why) => new(
        "The body of the request cannot be understood.", why, "Send JSON with the members that docs/http-api.md lists.");
}
