import io.github.mutls.MutlsClient;
import io.github.mutls.MutlsHandshakeException;
import io.github.mutls.MutlsResponse;
import java.io.IOException;

/** Lean's calls. The three files come from the developer portal. */
public final class Lean {
    public static void main(String[] arguments) throws IOException {
        try (MutlsClient client = MutlsClient.builder()
                .baseUrl(System.getenv().getOrDefault("LEAN_URL", "https://api.leantech.me") + "/")
                .cert("my_app_cert.crt")
                .key("my_app_private_key.pem")
                .ca("lean_public_cert_chain.pem")
                .header("lean-app-token", System.getenv("LEAN_APP_TOKEN"))
                .build()) {
            MutlsResponse banks = client.get("banks/v1");
            System.out.println(banks.status() == 200 ? banks.text() : "Error: " + banks.status() + " " + banks.text());
            System.out.println(client.post("customers/v1", "{\"app_user_id\": \"me\"}").text());
        } catch (MutlsHandshakeException e) {
            System.err.println("Lean does not accept us: " + e.getMessage());
            System.exit(1);
        }
    }
}
